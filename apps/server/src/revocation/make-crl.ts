import { setImmediate as nextTurn } from 'node:timers/promises'
import { sha256 } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import {
  AuthorityKeyIdentifier,
  algorithmIdentifier,
  CrlNumber,
  CrlWriter,
  crlReasonOf,
  DeltaCrlIndicator,
  type Extension,
  FreshestCrl,
  IssuingDistributionPoint,
  makeExtension,
} from '@chancery/x509'
import { addressesOf } from '../issuers/addresses.ts'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { usualAlgorithm } from '../issuers/usual-algorithm.ts'
import type { CrlId, CrlStore, PublishedCrl } from './crl-store.ts'
import type { RevocationVersion } from './revocation-ledger.ts'

/** What making a CRL needs. */
export interface CrlMaking {
  readonly crls: CrlStore
  readonly revocationVersion: RevocationVersion
  readonly publicUrl: string
  readonly newId: () => string
  readonly now: () => number
}

/** Entries are read and written this many at a time; between two pages others have their turn. */
const PAGE = 1_000
const PART = 1024 * 1024

/**
 * Makes a CRL (RFC 5280 §5), signs it and publishes it. `validityMs` is from thisUpdate to nextUpdate. A delta needs a complete
 * CRL to start from: `Refusal` 'conflict' without one. Throws `KeyUnavailable`; what was published before then stays.
 */
export async function makeCrl(
  id: CrlId,
  open: OpenIssuer,
  validityMs: number,
  making: CrlMaking,
): Promise<PublishedCrl> {
  const { crls, now } = making
  const { issuer } = open
  if (issuer === undefined) throw new Refusal('issuer-inactive', 'A CA that awaits its certificate has no CRL.')
  // The version first: what is revoked while the entries are read belongs to the next CRL, and is known to.
  const revocationVersion = await making.revocationVersion(id.generation)
  const thisUpdate = Math.floor(now() / 1000) * 1000
  const nextUpdate = thisUpdate + Math.floor(validityMs / 1000) * 1000
  const base = id.delta ? await baseOf(id, crls) : undefined
  const before = base ?? (await crls.latest(id))
  const number = await crls.nextNumber(id.generation, thisUpdate)

  const algorithm = usualAlgorithm(open.stored.generation)
  const writer = new CrlWriter({
    signatureAlgorithm: algorithmIdentifier(algorithm),
    issuer: issuer.subject,
    thisUpdate,
    nextUpdate,
    extensions: extensionsOf(id, open, { number, base, publicUrl: making.publicUrl }),
    expectedEntries: base === undefined ? (before?.entries ?? 0) : 0,
  })
  const range = {
    expiredAfter: before?.thisUpdate ?? 0,
    ...(base !== undefined && { changedAfter: base.revocationVersion }),
  }
  await addEntries(writer, id, range, crls)
  const signature = await open.sign(algorithm, writer.finish(), 'crl')
  const der = writer.finishSigned(signature)

  const published = {
    ...id,
    id: making.newId(),
    number,
    thisUpdate,
    nextUpdate,
    entries: writer.count,
    size: der.length,
    revocationVersion,
  }
  const crl = { ...published, digest: sha256(der).toHex() }
  // Whoever opened the CA after it was deleted sees all that was ever revoked under it.
  await crls.publish(crl, partsOf(der), open.stored.authority.status === 'deleted')
  return crl
}

async function addEntries(
  writer: CrlWriter,
  id: CrlId,
  range: Parameters<CrlStore['entries']>[1],
  crls: CrlStore,
): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await crls.entries(id, range, { limit: PAGE, ...(after !== undefined && { after }) })
    for (const { serialNumber, revokedAt, reason, invalidityAt } of page.rows) {
      writer.add(Uint8Array.fromHex(serialNumber), revokedAt, crlReasonOf(reason), invalidityAt)
    }
    after = page.next
    if (after === undefined) return
    await nextTurn()
  }
}

function extensionsOf(
  id: CrlId,
  { issuer, stored }: OpenIssuer,
  {
    number,
    base,
    publicUrl,
  }: { readonly number: number; readonly base: PublishedCrl | undefined; readonly publicUrl: string },
): readonly Extension[] {
  const addresses = addressesOf(stored, publicUrl)
  const at = (uri: string) => ({ distributionPoint: { fullName: [{ type: 'uri', value: uri }] } }) as const
  return [
    makeExtension(AuthorityKeyIdentifier, { keyIdentifier: issuer?.keyIdentifier }),
    makeExtension(CrlNumber, BigInt(number)),
    ...(base === undefined ? [] : [makeExtension(DeltaCrlIndicator, BigInt(base.number), true)]),
    ...(id.partition === 0
      ? []
      : [
          makeExtension(
            IssuingDistributionPoint,
            { ...WHOLE_SCOPE, ...at(addresses.crlPartition(id.partition)) },
            true,
          ),
        ]),
    ...(stored.authority.settings.crl.delta && id.partition === 0 && !id.delta
      ? [makeExtension(FreshestCrl, [at(addresses.deltaCrl)])]
      : []),
  ]
}
const WHOLE_SCOPE = {
  onlyContainsUserCerts: false,
  onlyContainsCaCerts: false,
  indirectCrl: false,
  onlyContainsAttributeCerts: false,
}

async function baseOf(id: CrlId, crls: CrlStore): Promise<PublishedCrl> {
  const base = await crls.latest({ ...id, delta: false })
  if (base === undefined) throw new Refusal('conflict', 'There is no complete CRL that a delta could start from.')
  return base
}

function* partsOf(der: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < der.length; at += PART) yield der.subarray(at, at + PART)
}
