import { contentInfo, DATA, SIGNED_DATA, signedData } from './cms-content.ts'
import { DerError, inField } from './der/der-error.ts'
import { TAG } from './der/tag.ts'

/** What a certs-only message carries: DER, in the order in which it stands there. */
export interface CmsCertificates {
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

/**
 * The DER of a SignedData that nobody signed and that carries certificates and CRLs (RFC 5652 §5.2; `.p7b`, `.p7c`,
 * `application/pkcs7-mime; smime-type=certs-only`). Their order is kept.
 */
export function encodeCmsCertificates({ certificates, crls = [] }: Partial<CmsCertificates>): Uint8Array {
  const content = signedData.encode({
    version: 1,
    digestAlgorithms: [],
    encapContentInfo: { eContentType: DATA },
    certificates,
    crls: crls.length === 0 ? undefined : crls,
    signerInfos: [],
  })
  return contentInfo.encode({ contentType: SIGNED_DATA, content })
}

/**
 * Reads a certs-only message; the certificates and CRLs in it are not decoded. Throws `DerError`, also for a message with content
 * or signers and for certificates that are not X.509.
 */
export function decodeCmsCertificates(der: Uint8Array): CmsCertificates {
  const { contentType, content } = contentInfo.decode(der)
  if (contentType !== SIGNED_DATA) throw new DerError(`expected SignedData, found ${contentType}`, 'contentType')
  return inField('content', () => {
    const message = signedData.decode(content)
    if (message.encapContentInfo.eContent !== undefined || message.signerInfos.length > 0)
      throw new DerError('a signed message, where only certificates are due', 'encapContentInfo')
    return {
      certificates: inField('certificates', () => onlySequences(message.certificates)),
      crls: inField('crls', () => onlySequences(message.crls)),
    }
  })
}

/** X.509 certificates and CRLs are SEQUENCEs; attribute certificates and other forms have tags of their own. */
function onlySequences(elements: readonly Uint8Array[] = []): readonly Uint8Array[] {
  for (const [index, element] of elements.entries())
    if (element[0] !== TAG.sequence) throw new DerError('neither a certificate nor a CRL of X.509', `${index}`)
  return elements
}
