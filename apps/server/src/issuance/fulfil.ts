import { sha256 } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { algorithmIdentifier, assembleSigned, decodeTbsCertificate } from '@chancery/x509'
import { recordOf } from '../audit/audit-record.ts'
import type { IndexedName } from '../certificates/certificate-register.ts'
import { indexedNames } from '../certificates/indexed-names.ts'
import type { Intent } from './issuance-ledger.ts'
import type { Issuance } from './issue-certificate.ts'
import { checkMayFulfil } from './issuer-for.ts'

/**
 * Signs what an intent says and stores the certificate (DER, returned). The same intent may be fulfilled any number of times and
 * by several processes: only the first stored signature ever leaves. Checks once more that the issuer still issues and the deadline
 * has not passed; else the intent is abandoned and the `Refusal` says why. Throws `KeyUnavailable`, or the reason
 * why patience ended, and leaves the intent waiting. `names`: the names in the certificate, from whoever has it decoded.
 */
export async function fulfil(
  intent: Intent,
  issuance: Omit<Issuance, 'serialNumber'>,
  names: () => readonly IndexedName[] = () => namesIn(intent.tbs),
): Promise<Uint8Array> {
  const { ledger, now } = issuance
  const signature = await sign(intent, issuance).catch(async (error: unknown) => {
    if (error instanceof Refusal) await abandon(intent, error.message, issuance)
    throw error
  })
  const der = assembleSigned(intent.tbs, algorithmIdentifier(intent.algorithm), signature)
  // A crash before the next line loses a signature that nobody has seen; the sweep makes another over the same bytes.
  return ledger.recordIssued({
    id: intent.id,
    der,
    fingerprint: sha256(der),
    issuedAt: now(),
    names: names(),
  })
}

/** Throws `Refusal` when nobody will sign it any more. */
async function sign(
  { generation, evidence, deadlineAt, algorithm, tbs }: Intent,
  { issuers, now, patience }: Pick<Issuance, 'issuers' | 'now' | 'patience'>,
): Promise<Uint8Array> {
  if (now() > deadlineAt)
    throw new Refusal('gone', 'The time in which this certificate had to be signed has passed. Ask for it again.')
  const open = checkMayFulfil(await issuers.generation(generation), evidence, now())
  return open.sign(algorithm, tbs, 'certificate', patience)
}

function namesIn(tbs: Uint8Array): readonly IndexedName[] {
  return indexedNames(decodeTbsCertificate(tbs))
}

/** Gives an intent up in the open: its serial stays burnt, its request can be approved again. */
async function abandon(
  intent: Intent,
  reason: string,
  { ledger, now }: Pick<Issuance, 'ledger' | 'now'>,
): Promise<void> {
  const act = { tenant: intent.tenant, actor: { kind: 'system' }, at: now() } as const
  await ledger.abandon(
    intent.id,
    reason,
    recordOf(act, {
      action: 'certificate.abandon',
      object: { type: 'certificate', id: intent.id },
      details: { reason },
    }),
  )
}
