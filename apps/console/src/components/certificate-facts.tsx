import type { DecodedRequest, DecodedTbsCertificate } from '../api/operations.ts'
import { extensionLabel, extensionLines } from '../words/extension-words.ts'
import { keyTypeLabel, signatureOfAny } from '../words/key-types.ts'
import { Facts } from './card.tsx'
import { Moment } from './moment.tsx'

/** What a certificate says, field by field. */
export function CertificateFacts({ certificate }: { readonly certificate: DecodedTbsCertificate }) {
  const { subject, issuer, notBefore, notAfter, publicKey, signatureAlgorithm, extensions } = certificate
  return (
    <Facts
      items={[
        ['Subject', subject.text || 'Empty'],
        ['Issuer', subject.text === issuer.text ? 'Itself' : issuer.text],
        [
          'Valid',
          <span key="valid">
            <Moment at={notBefore} as="day" /> to <Moment at={notAfter} as="day" />
          </span>,
        ],
        ['Key', keyTypeLabel(publicKey.type)],
        ['Signed by', signatureOfAny(signatureAlgorithm)],
        ...factsOf(extensions),
      ]}
    />
  )
}

/** What a CSR asks for, field by field. */
export function RequestFacts({ request }: { readonly request: DecodedRequest }) {
  const { subject, publicKey, signatureAlgorithm, extensions } = request
  return (
    <Facts
      items={[
        ['Subject', subject.text || 'Empty'],
        ['Key', keyTypeLabel(publicKey.type)],
        ['Signed by', signatureOfAny(signatureAlgorithm)],
        ...factsOf(extensions),
      ]}
    />
  )
}

/** Identifiers of keys are for programs. */
function factsOf(extensions: DecodedTbsCertificate['extensions']) {
  return extensions
    .filter(({ name }) => name !== 'subjectKeyIdentifier' && name !== 'authorityKeyIdentifier')
    .map(
      (extension) =>
        [
          extensionLabel(extension),
          <span key={extension.id}>
            {extensionLines(extension).map((line) => (
              <span key={line} style={{ display: 'block' }}>
                {line}
              </span>
            ))}
          </span>,
        ] as const,
    )
}
