import { encodeCmsCertificates, encodePem } from '@chancery/x509'

/** How certificates are downloaded. */
export const FORMATS = ['pem', 'der', 'chain', 'pkcs7'] as const
export type Format = (typeof FORMATS)[number]

/** A certificate (DER) and those above it, nearest first. */
export type Chain = readonly [certificate: Uint8Array, ...above: Uint8Array[]]

/** Bytes that a browser is to keep as a file. */
export interface Download {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

interface Form {
  readonly mediaType: string
  readonly extension: string
  encode(chain: Chain): Uint8Array
}

const FORMS: Readonly<Record<Format, Form>> = {
  pem: { mediaType: 'application/x-pem-file', extension: '.pem', encode: ([own]) => pemOf([own]) },
  der: { mediaType: 'application/pkix-cert', extension: '.cer', encode: ([own]) => own },
  // RFC 8555 §9.1 names the media type: each certificate certifies the one before it.
  chain: { mediaType: 'application/pem-certificate-chain', extension: '-chain.pem', encode: pemOf },
  pkcs7: {
    mediaType: 'application/pkcs7-mime; smime-type=certs-only',
    extension: '.p7c',
    encode: (certificates) => encodeCmsCertificates({ certificates }),
  },
}

/** The media types of `downloadOf`. */
export const CERTIFICATE_MEDIA_TYPES = FORMATS.map((format) => FORMS[format].mediaType)

/** A certificate, alone or with those above it, as a file with this name. */
export function downloadOf(chain: Chain, format: Format, name: string): Download {
  const { mediaType, extension, encode } = FORMS[format]
  return { body: encode(chain), headers: attachment(mediaType, `${safeName(name)}${extension}`) }
}

export const CSR_MEDIA_TYPES = ['application/x-pem-file', 'application/pkcs10']

/** A certification request as a file with this name. */
export function csrDownload(der: Uint8Array, format: 'pem' | 'der', name: string): Download {
  const [pem = '', binary = ''] = CSR_MEDIA_TYPES
  return format === 'pem'
    ? { body: bytesOf(encodePem('CERTIFICATE REQUEST', der)), headers: attachment(pem, `${safeName(name)}.csr`) }
    : { body: der, headers: attachment(binary, `${safeName(name)}.p10`) }
}

/** Certificates in PEM, one after the other. */
export function pemText(certificates: readonly Uint8Array[]): string {
  return certificates.map((der) => encodePem('CERTIFICATE', der)).join('')
}

/** Headers for a file that is kept and not shown. The name must be safe already. */
export function attachment(mediaType: string, fileName: string): Readonly<Record<string, string>> {
  return { 'content-type': mediaType, 'content-disposition': `attachment; filename="${fileName}"` }
}

/** What is left of a name when it becomes a file's: no separators, no dot in front, nothing that a header or a shell would read. */
export function safeName(name: string): string {
  const safe = name
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, 80)
  return safe === '' ? 'certificate' : safe
}

function pemOf(certificates: readonly Uint8Array[]): Uint8Array {
  return bytesOf(pemText(certificates))
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
