import { type KeyTurns, keyIdentifier } from '@chancery/keys'
import { type CertificateRequest, type Overrides, type Preview, preview, type Template } from '@chancery/pki'
import type { KeyType } from '@chancery/x509'
import type { Issuers } from '../issuers/issuers.ts'
import { standInKey } from './stand-in-key.ts'

/** What is to be shown before it is asked for. */
export interface PreviewCertificate {
  /** Absent: a request for nothing, with a stand-in key of this type. */
  readonly request?: CertificateRequest
  readonly keyType: KeyType
  readonly overrides?: Overrides
  readonly template: Pick<Template, 'authority' | 'name' | 'profile'>
}

/**
 * The certificate that a request would become under a template, saved or not, with the lint's words. Nothing is written down and no
 * key of a CA is asked. Throws `Refusal` 'not-found', 'issuer-inactive' for a CA that issues nothing, `KeyUnavailable` when too many
 * stand-in keys are being made.
 */
export async function previewCertificate(
  { request, keyType, overrides, template }: PreviewCertificate,
  { issuers, turns, now }: { readonly issuers: Issuers; readonly turns: KeyTurns; readonly now: () => number },
): Promise<Preview> {
  const { issuer } = await issuers.active(template.authority)
  const shown = request ?? (await requestForNothing(keyType, turns))
  return preview({
    request: shown,
    ...(overrides !== undefined && { overrides }),
    template,
    issuer,
    keyIdentifier: shown.keyIdentifier ?? keyIdentifier(shown.publicKey),
    now: now(),
  })
}

async function requestForNothing(keyType: KeyType, turns: KeyTurns): Promise<CertificateRequest> {
  return { publicKey: await standInKey(keyType, turns), subject: [], subjectAltNames: [], extensions: [] }
}
