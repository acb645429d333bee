import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  AuditQuery,
  AuditRange,
  type AuditRecord,
  AuditRecordPage,
  AuditSeal,
  fromTimestamp,
  toTimestamp,
} from '@chancery/api'
import { Type } from 'typebox'
import type { Between, Seal, StoredRecord } from '../../audit/audit-log.ts'
import { sealDigest } from '../../audit/chain.ts'
import { exportAudit } from '../../audit/export-audit.ts'
import { route } from './api-domain.ts'
import { attachment } from './downloads.ts'

const EXPORT_MEDIA_TYPE = 'application/x-ndjson'
/** More records than that wait for their seal only where nobody seals. */
const MOST_COUNTED = 10_000

/**
 * The audit of a tenant. A record says which object it is about and not of which CA that is, and its chain is the tenant's: so it is
 * for those alone who may see the whole tenant.
 */
export const AUDIT_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/audit-records',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'listAuditRecords',
    summary: 'List what was done',
    description:
      'All filters that are given must hold. Newest first. A page may be short, or empty, and still have a `next`.',
    schema: { querystring: AuditQuery, response: { 200: AuditRecordPage } },
    async handle({ domain, query: { limit, after, from, to, ...filter } }) {
      const page = { limit, ...(after !== undefined && { after }) }
      const { items, ...more } = await domain.stores.audit.list({ ...filter, ...between({ from, to }) }, page)
      return { status: 200, body: { ...more, items: items.map(presentRecord) } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/audit-records/export',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'exportAuditRecords',
    summary: 'Export what was done, with its seals',
    description:
      'One JSON object on each line, in the order of the chain. docs/audit.md describes them, and how a program checks them. Two run at once for one account: 429 says when to try again.',
    schema: {
      querystring: Type.Object(AuditRange),
      response: { 200: Type.Unsafe<Readable>(Type.String({ description: 'A key, a record or a seal on each line.' })) },
    },
    mediaTypes: [EXPORT_MEDIA_TYPE],
    isLong: true,
    async handle({ domain, query }) {
      const keys = await domain.auditKeys()
      const body = Readable.from(exportAudit(keys, between(query), domain.stores.audit, nextTurn))
      return { status: 200, body, headers: attachment(EXPORT_MEDIA_TYPE, 'audit.jsonl') }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/audit-records/seal',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'showAuditSeal',
    summary: 'Show how far the audit is sealed',
    schema: { response: { 200: AuditSeal } },
    async handle({ domain }) {
      const { audit } = domain.stores
      const tail = await audit.tail(domain.tenant)
      const [newest] = tail === undefined ? [] : await audit.seals(tail.number - 1, 1)
      const unsealed = await audit.countUnsealed(MOST_COUNTED)
      const body = { records: tail?.last ?? 0, unsealed, ...(newest !== undefined && { newest: presentSeal(newest) }) }
      return { status: 200, body }
    },
  }),
]

function presentRecord(record: StoredRecord & { readonly seal: number | null }): AuditRecord {
  const { id, at, actor, account, token, action, objectType, objectId, details, seal } = record
  return {
    id,
    at: toTimestamp(at),
    actor,
    ...(account !== null && { account }),
    ...(token !== null && { token }),
    action,
    object: { type: objectType, id: objectId },
    ...(details !== null && { details: JSON.parse(details) }),
    ...(seal !== null && { seal }),
  }
}

function presentSeal(seal: Seal) {
  const { number, first, last, firstAt, lastAt, sealedAt, link, previous, key, signature } = seal
  return {
    ...{ number, first, last, firstAt: toTimestamp(firstAt), lastAt: toTimestamp(lastAt) },
    ...{ sealedAt: toTimestamp(sealedAt), link: hex(link), previous: hex(previous), digest: hex(sealDigest(seal)) },
    ...{ key, signature: Buffer.from(signature).toString('base64') },
  }
}

function between({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): Between {
  return {
    ...(from !== undefined && { from: fromTimestamp(from) }),
    ...(to !== undefined && { to: fromTimestamp(to) }),
  }
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}
