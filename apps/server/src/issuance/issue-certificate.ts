import { KeyUnavailable, keyIdentifier } from '@chancery/keys'
import {
  encodeDraft,
  type FindElsewhere,
  fillTemplate,
  type Grant,
  type GrantId,
  lintDraftElsewhere,
} from '@chancery/pki'
import type { Act } from '../audit/audit-record.ts'
import type { IndexedName } from '../certificates/certificate-register.ts'
import { indexedNames } from '../certificates/indexed-names.ts'
import type { Issuers } from '../issuers/issuers.ts'
import { partitioned } from '../issuers/partitioned.ts'
import { fulfil } from './fulfil.ts'
import { intentOf, recordIntent } from './intent.ts'
import type { Intent, IssuanceLedger } from './issuance-ledger.ts'
import { issuerFor } from './issuer-for.ts'
import type { ObserveIssuance } from './observed.ts'

/** What the path needs of the world: one tenant's CAs and ledger, the time, and chance. */
export interface Issuance {
  readonly tenant: string
  readonly issuers: Issuers
  readonly ledger: IssuanceLedger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly lint: FindElsewhere
  /** 128 random bits, never zero. */
  readonly serialNumber: () => bigint
  /** Aborted when whoever asks has waited long enough for keys: what no key has begun to sign by then is answered as pending. */
  readonly patience?: AbortSignal
  /** Hears what becomes of each request. */
  readonly observe?: ObserveIssuance
}

/** What became of a request: a certificate, or an intent or request that waits. Pending is an outcome, not an error. */
export type Outcome =
  | { readonly state: 'issued'; readonly id: GrantId; readonly certificate: Uint8Array }
  /** `waitsFor` 'key': the intent is written down and will be fulfilled; 'approval': a person has to say yes. */
  | { readonly state: 'pending'; readonly id: string; readonly waitsFor: 'key' | 'approval' }

/**
 * The path: from permission to certificate. All policy ends before the key is touched, and what will be signed is on the disk
 * before it is signed: a crash at any line leaves nothing, or an intent that `resumeIssuance` fulfils with the same bytes.
 */
export async function issueCertificate(grant: Grant, act: Act, issuance: Issuance): Promise<Outcome> {
  const open = await issuerFor(grant, issuance)
  const serialNumber = issuance.serialNumber()
  const { issuer, crlPartition } = partitioned(open, serialNumber)
  const now = issuance.now()
  const draft = fillTemplate(grant, issuer, {
    serialNumber,
    keyIdentifier: grant.request.keyIdentifier ?? keyIdentifier(grant.request.publicKey),
    now,
  })
  const linted = await lintDraftElsewhere(encodeDraft(draft), open.issuer, issuance.lint)
  const intent = intentOf(linted, grant, { generation: issuer.generation, crlPartition, now })
  await recordIntent(intent, grant, act, issuance.ledger)
  return fulfilNow(intent, issuance, () => indexedNames(draft))
}

/** A key that is away for now, or has much to do, leaves the intent waiting; the sweep asks again. */
async function fulfilNow(intent: Intent, issuance: Issuance, names: () => readonly IndexedName[]): Promise<Outcome> {
  try {
    return { state: 'issued', id: intent.id, certificate: await fulfil(intent, issuance, names) }
  } catch (error) {
    const { patience } = issuance
    const isLate = patience?.aborted === true && error === patience.reason
    if (isLate || error instanceof KeyUnavailable) return { state: 'pending', id: intent.id, waitsFor: 'key' }
    throw error
  }
}
