import { isDeepStrictEqual } from 'node:util'
import { type Problem, Refusal } from '@chancery/pki'
import { signatureAlgorithmsFor } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority, AuthoritySettings } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import type { AuthorityStore } from './authority-store.ts'

/** What may be edited of a CA. Its name and key are its certificate's. */
export interface AuthorityChange {
  readonly cps?: string
  /** What becomes of the settings that stand: two who change others of them at once do not undo each other's. */
  readonly settings?: (before: AuthoritySettings) => AuthoritySettings
  /** The revision that was edited, where nothing may have changed since. */
  readonly revision?: number
}

/**
 * Edits a CA. Other settings of its service certificates make new ones at once; the old ones live out their time. Throws `Refusal`
 * 'not-found', 'malformed', 'conflict' for a deleted one and for another revision than the one that was edited.
 */
export async function changeAuthority(
  authority: Authority,
  change: AuthorityChange,
  act: Act,
  { store, makeServices }: Pick<Authorities, 'store' | 'makeServices'>,
): Promise<Authority> {
  if (authority.status === 'deleted') throw new Refusal('conflict', `The CA "${authority.name}" was deleted.`)
  const { settings, revision, ...plain } = change
  const details = { fields: Object.keys({ ...plain, ...(settings && { settings }) }).join(' ') }
  const record = recordOf(act, { action: 'authority.change', object: { type: 'authority', id: authority.id }, details })
  const checked = settings && ((before: AuthoritySettings) => checkedSettings(settings(before)))
  const changed = await store.update(
    authority.id,
    { ...plain, ...(checked && { settings: checked }), ...(revision !== undefined && { revision }) },
    record,
  )
  if (changed === undefined) throw new Refusal('not-found', 'There is no such CA.')
  const { before, after } = changed
  if (!isDeepStrictEqual(before.settings.serviceCertificates, after.settings.serviceCertificates)) {
    for (const { id, status } of await store.generations(authority.id)) if (status === 'active') await makeServices(id)
  }
  return after
}

function checkedSettings(settings: AuthoritySettings): AuthoritySettings {
  checkSettings(settings)
  return settings
}

/** Archives a CA: it issues nothing more and goes on answering for what it issued. */
export async function archiveAuthority({ id }: Authority, act: Act, store: AuthorityStore): Promise<void> {
  await store.archive(id, recordOf(act, { action: 'authority.archive', object: { type: 'authority', id } }))
}

/** What deleting needs beside the store. */
export interface Deleting {
  readonly store: Pick<AuthorityStore, 'liveSubordinates' | 'delete' | 'dropKeys'>
  /** Makes a last CRL of each generation that lives as long as the CA, to be served on after the key is gone. */
  readonly makeLastCrls: (authority: string) => Promise<void>
}

/**
 * Deletes a CA: its templates and requests go at once, its keys as soon as they have signed a last CRL, its register afterwards;
 * certificates and the last CRL go on being served. `typedName` must be its name. Throws `Refusal` 'conflict' while CAs below it
 * live, 'malformed' for another name.
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
  await store.delete(
    id,
    act.at,
    recordOf(act, { action: 'authority.delete', object: { type: 'authority', id }, details: { name } }),
  )
  // From here on nothing is issued or revoked under it. What fails now, or is cut off by a crash, is done by the round that ends CAs:
  // it was put down in the transaction above, and reports what goes on failing.
  await endAuthority(id, act.at, { store, makeLastCrls }).catch(() => {})
}

/**
 * Ends a CA that was deleted: its last CRLs are made, then its keys go. Can be repeated until it has succeeded. Throws
 * `KeyUnavailable` and leaves the keys.
 */
export async function endAuthority(id: string, now: number, { store, makeLastCrls }: Deleting): Promise<void> {
  await makeLastCrls(id)
  await store.dropKeys(id, now)
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
