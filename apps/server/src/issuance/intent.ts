import { publicKeyFingerprint } from '@chancery/keys'
import type { Grant, LintedDraft } from '@chancery/pki'
import { nameToString, serialToHex } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Intent, IssuanceLedger } from './issuance-ledger.ts'

const HOUR = 3_600_000
/** How long an intent may wait for its signature: machines ask again, people come back after days. */
const PATIENCE = { machine: HOUR, person: 7 * 24 * HOUR }

/** The row that says what will be signed. It is made of a linted draft and of nothing else. */
export function intentOf(
  { draft, tbs }: LintedDraft,
  grant: Grant,
  { generation, crlPartition, now }: Pick<Intent, 'generation' | 'crlPartition'> & { readonly now: number },
): Intent {
  const validity = draft.notAfter - draft.notBefore
  return {
    id: grant.id,
    tenant: grant.tenant,
    authority: grant.authority,
    generation,
    ...(grant.template !== undefined && { template: grant.template }),
    ...('request' in grant.evidence && grant.evidence.request !== undefined && { request: grant.evidence.request }),
    serialNumber: serialToHex(draft.serialNumber),
    algorithm: draft.algorithm,
    tbs,
    subject: nameToString(draft.subject),
    notBefore: draft.notBefore,
    notAfter: draft.notAfter,
    publicKeyHash: publicKeyFingerprint(draft.publicKey),
    evidence: grant.evidence,
    ...(grant.approval !== undefined && { approval: grant.approval }),
    crlPartition,
    recordedAt: now,
    deadlineAt: now + Math.min(PATIENCE[grant.patience], Math.floor(validity / 10)),
  }
}

/** Spends the grant and writes the intent and its audit record. After it returns the certificate will be made, or abandoned in the open. */
export function recordIntent(intent: Intent, grant: Grant, act: Act, ledger: IssuanceLedger): Promise<void> {
  const details = {
    serialNumber: intent.serialNumber,
    subject: intent.subject,
    by: grant.evidence.by,
    template: grant.template ?? null,
  }
  return ledger.recordIntent(
    intent,
    recordOf(act, { action: 'certificate.issue', object: { type: 'certificate', id: intent.id }, details }),
  )
}
