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
 * by several processes: only the first stored signature ever leaves. Checks once more that the issuer still issues, the deadline
 * has not passed and the key to be certified is not known to be compromised; else the intent is abandoned and the `Refusal` says
 * why. Throws `KeyUnavailable`, or the reason why patience ended, and leaves the intent waiting. `names`: the names in the
 * certificate, from whoever has it decoded.
 */
export async function fulfil(
  intent: Intent,
  issuance: Omit<Issuance, 'serialNumber'>,
  names: () => readonly IndexedName[] = () => namesIn(intent.tbs),
): Promise<Uint8Array> {
  const { ledger, now } = issuance
  const signature = await orAbandon(intent, issuance, () => sign(intent, issuance))
  const der = assembleSigned(intent.tbs, algorithmIdentifier(intent.algorithm), signature)
  // A crash before the next line loses a signature that nobody has seen; the sweep makes another over the same bytes.
  return orAbandon(intent, issuance, () =>
    ledger.recordIssued({
      id: intent.id,
      der,
      fingerprint: sha256(der),
      issuedAt: now(),
      names: names(),
    }),
  )
}

/**
 * The same for an intent that has waited. Whether its key became known to be compromised is asked before the key of the CA is: of an
 * intent that was written a moment ago the register says so as it stores the certificate, without another question.
 */
export async function fulfilWaiting(intent: Intent, issuance: Omit<Issuance, 'serialNumber'>): Promise<Uint8Array> {
  await orAbandon(intent, issuance, () => issuance.ledger.checkKey(intent.publicKeyHash))
  return fulfil(intent, issuance)
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

/** A step whose refusal ends the intent. */
async function orAbandon<T>(
  intent: Intent,
  issuance: Pick<Issuance, 'ledger' | 'now'>,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step()
  } catch (refusal) {
    if (refusal instanceof Refusal) await abandon(intent, refusal.message, issuance)
    throw refusal
  }
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
