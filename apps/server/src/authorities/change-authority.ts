import { isDeepStrictEqual } from 'node:util'
import { type Problem, Refusal } from '@chancery/pki'
import { signatureAlgorithmsFor } from '@chancery/x509'
import { type Act, continued, recordOf } from '../audit/audit-record.ts'
import type { Authority, AuthoritySettings } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import type { AuthorityStore } from './authority-store.ts'

/** What may be edited of a CA. Its name and key are its certificate's. */
export interface AuthorityChange {
  readonly cps?: string
  readonly settings?: AuthoritySettings
}

/**
 * Edits a CA. Other settings of its service certificates make new ones at once; the old ones live out their time. Throws `Refusal`
 * 'not-found', 'malformed', 'conflict' for a deleted one.
 */
export async function changeAuthority(
  authority: Authority,
  change: AuthorityChange,
  act: Act,
  { store, makeServices }: Pick<Authorities, 'store' | 'makeServices'>,
): Promise<Authority> {
  if (authority.status === 'deleted') throw new Refusal('conflict', `The CA "${authority.name}" was deleted.`)
  if (change.settings !== undefined) checkSettings(change.settings)
  const details = { fields: Object.keys(change).join(' ') }
  const record = recordOf(act, { action: 'authority.change', object: { type: 'authority', id: authority.id }, details })
  const changed = await store.update(authority.id, change, record)
  if (changed === undefined) throw new Refusal('not-found', 'There is no such CA.')
  if (!isDeepStrictEqual(authority.settings.serviceCertificates, changed.settings.serviceCertificates)) {
    for (const { id, status } of await store.generations(authority.id)) if (status === 'active') await makeServices(id)
  }
  return changed
}

/** Archives a CA: it issues nothing more and goes on answering for what it issued. */
export async function archiveAuthority({ id }: Authority, act: Act, store: AuthorityStore): Promise<void> {
  await store.archive(id, recordOf(act, { action: 'authority.archive', object: { type: 'authority', id } }))
}

/** What deleting needs beside the store. */
export interface Deleting {
  readonly store: AuthorityStore
  /** Makes a last CRL of each generation that lives as long as its longest certificate, to be served on after the key is gone. */
  readonly makeLastCrls: (authority: string) => Promise<void>
}

/**
 * Deletes a CA: its keys, templates and requests go at once, its register afterwards; certificates and a last CRL go on being
 * served. `typedName` must be its name. Throws `Refusal` 'conflict' while CAs below it live, 'malformed' for another name. A key that is
 * away leaves the CRL that is published.
 */
export async function deleteAuthority(
  { id, name }: Authority,
  typedName: string,
  act: Act,
  { store, makeLastCrls }: Deleting,
): Promise<void> {
  if (typedName !== name) {
    const detail = `To delete this CA, type its name: ${name}`
    throw new Refusal('malformed', detail, [{ field: '/name', detail }])
  }
  const below = await store.liveSubordinates(id, act.at)
  if (below.length > 0) {
    throw new Refusal(
      'conflict',
      `CAs below it are alive: ${below.map((authority) => `"${authority.name}"`).join(', ')}. Delete or revoke these first.`,
    )
  }
  await makeLastCrls(id)
  await store.delete(
    id,
    act.at,
    recordOf(continued(act), { action: 'authority.delete', object: { type: 'authority', id }, details: { name } }),
  )
}

/** Throws `Refusal` 'malformed' for settings that contradict each other, and for an address that cannot stand in certificates. */
export function checkSettings({ publicUrl, serviceCertificates }: AuthoritySettings): void {
  const problems = [...addressProblems(publicUrl), ...algorithmProblems(serviceCertificates)]
  const [first] = problems
  if (first !== undefined) throw new Refusal('malformed', first.detail, problems)
}

function algorithmProblems({
  keyType,
  signatureAlgorithm,
}: AuthoritySettings['serviceCertificates']): readonly Problem[] {
  if (keyType === undefined || signatureAlgorithm === undefined) return []
  const fitting = signatureAlgorithmsFor(keyType)
  if (fitting.includes(signatureAlgorithm)) return []
  const detail = `A key of type ${keyType} signs by ${fitting.join(', ')}. Choose one of these, or leave the choice out.`
  return [{ field: '/settings/serviceCertificates/signatureAlgorithm', detail }]
}

/** Whoever checks a certificate must reach this without checking another one first: plain http. */
function addressProblems(publicUrl: string | undefined): readonly Problem[] {
  if (publicUrl === undefined) return []
  const fault = whyNoBase(publicUrl)
  if (fault === undefined) return []
  const detail = `The public address ${fault}. Give one such as http://pki.example.com.`
  return [{ field: '/settings/publicUrl', cites: 'RFC 5280 §8', detail }]
}

function asOthersReadIt(text: string): string {
  return new URL(text).href.replace(/\/$/, '')
}

function whyNoBase(text: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return 'is no URL in ASCII'
  const { protocol, username, password, search, hash } = new URL(text)
  if (protocol !== 'http:') return 'does not begin with http://'
  if (username !== '' || password !== '') return 'holds a user name or password'
  if (search !== '' || hash !== '' || /[?#]/.test(text)) return 'has a query or a fragment'
  if (text.endsWith('/')) return 'ends with a slash'
  // Browsers forgive `http:a.example` and `http://a\\b`; those who read certificates do not.
  return asOthersReadIt(text) === text ? undefined : `is not written as a URL is: ${asOthersReadIt(text)}`
}
