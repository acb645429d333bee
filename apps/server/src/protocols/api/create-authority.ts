import type {
  ChangeAuthoritySettings,
  CreateAuthority as CreateBody,
  PreviewAuthority as PreviewBody,
  RequestedValidity,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import type { Act } from '../../audit/audit-record.ts'
import type { Authorities } from '../../authorities/authorities.ts'
import { createCsrOnly } from '../../authorities/create-csr-only.ts'
import { createIntermediate } from '../../authorities/create-intermediate.ts'
import { createRoot } from '../../authorities/create-root.ts'
import { importAuthority } from '../../authorities/import-authority.ts'
import type { PreviewAuthority } from '../../authorities/preview-authority.ts'
import type { Authority } from '../../issuers/authority.ts'
import { settingsAfter } from './authority-settings.ts'
import { validityOf } from './validity.ts'

type ImportBody = Extract<CreateBody, { readonly kind: 'import' }>

/** Makes a CA of the kind that the body says. Throws `Refusal`; then nothing is left of it. */
export async function createAuthority(body: CreateBody, act: Act, authorities: Authorities): Promise<Authority> {
  switch (body.kind) {
    case 'root': {
      const { settings, validity, ...same } = body
      return createRoot({ ...same, ...settingsOf(settings), ...lasting(validity) }, act, authorities)
    }
    case 'intermediate': {
      const { settings, validity, ...same } = body
      return createIntermediate({ ...same, ...settingsOf(settings), ...lasting(validity) }, act, authorities)
    }
    case 'csr': {
      const { settings, ...same } = body
      return createCsrOnly({ ...same, ...settingsOf(settings) }, act, authorities)
    }
    case 'import': {
      const { settings, ...same } = body
      return importAuthority({ ...same, ...settingsOf(settings), key: keyOf(body) }, act, authorities)
    }
  }
}

/** What the body of a preview asks for: settings are not seen in a certificate. Throws `Refusal`. */
export function previewedAuthority(body: PreviewBody): PreviewAuthority {
  if (body.kind === 'csr') {
    const { settings: _, ...same } = body
    return same
  }
  if (body.kind === 'root') {
    const { settings: _, validity, ...same } = body
    return { ...same, ...lasting(validity) }
  }
  const { settings: _, validity, ...same } = body
  return { ...same, ...lasting(validity) }
}

function settingsOf(settings: ChangeAuthoritySettings | undefined) {
  return settings === undefined ? {} : { settings: settingsAfter(settings) }
}

function lasting(validity: RequestedValidity | undefined) {
  return validity === undefined ? {} : { validity: validityOf(validity) }
}

/** The one key that is given. Throws `Refusal` 'malformed'. */
function keyOf({ key, pkcs12 }: ImportBody): string | Uint8Array {
  if (key !== undefined && pkcs12 === undefined) return key
  if (pkcs12 !== undefined && key === undefined) return bytesOf(pkcs12)
  const detail = 'Give the private key once: as "key" in PEM, or as "pkcs12" in base64.'
  throw new Refusal('malformed', detail, [{ field: key === undefined ? '/key' : '/pkcs12', detail }])
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64)
  } catch {
    const detail = 'This is not base64 of whole octets. Encode the file again, e.g. by `base64 -w0`.'
    throw new Refusal('malformed', detail, [{ field: '/pkcs12', detail }])
  }
}
