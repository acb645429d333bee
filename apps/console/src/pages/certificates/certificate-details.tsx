import {
  type DescribedExtension,
  decodeCertificate,
  decodePemOrDer,
  describeCertificate,
  type Certificate as X509Certificate,
} from '@chancery/x509'
import type { Certificate } from '../../api/operations.ts'
import { Card, Facts } from '../../components/card.tsx'
import { CodeBlock, CodeValue } from '../../components/code-block.tsx'
import { Moment } from '../../components/moment.tsx'
import { Notice } from '../../components/states.tsx'
import { attributeLabel } from '../../words/attributes.ts'
import { extensionLabel, extensionLines } from '../../words/extension-words.ts'
import { keyTypeLabel } from '../../words/key-types.ts'
import classes from './certificates.module.css'

/** Every field of a certificate, read from its own octets here in the browser. */
export function CertificateDetails({ certificate: { pem, fingerprint } }: { readonly certificate: Certificate }) {
  if (pem === undefined) return <Notice>It was issued before its CA came here: its fields are not known.</Notice>
  const certificate = decodeCertificate(decodePemOrDer(pem, ['CERTIFICATE'], pem.length))
  const { serialNumber, signatureAlgorithm, issuer, subject, notBefore, notAfter, publicKey, extensions } =
    describeCertificate(certificate)
  return (
    <>
      <Card title="Certificate">
        <Facts
          items={[
            [
              'Serial number',
              <CodeValue key="serial" what="serial number">
                {serialNumber}
              </CodeValue>,
            ],
            ['Signed with', signatureAlgorithm],
            ['Valid from', <Moment key="from" at={new Date(notBefore).toISOString()} />],
            ['Valid to', <Moment key="to" at={new Date(notAfter).toISOString()} />],
            ...(fingerprint === undefined
              ? []
              : ([
                  [
                    'SHA-256',
                    <CodeValue key="sha" what="fingerprint">
                      {fingerprint}
                    </CodeValue>,
                  ],
                ] as const)),
          ]}
        />
      </Card>
      <Card title="Subject">
        <NameFacts attributes={subject.attributes} />
      </Card>
      <Card title="Issuer">
        <NameFacts attributes={issuer.attributes} />
      </Card>
      <Card title="Public key">
        <Facts
          items={[
            ['Algorithm', keyTypeLabel(publicKey.type)],
            ['Key', <Octets key="key" of={certificate.publicKey.key} />],
          ]}
        />
      </Card>
      <Card title="Extensions">
        <Facts
          items={extensions.map(
            (extension) =>
              [extensionLabel(extension), <ExtensionValue key={extension.id} extension={extension} />] as const,
          )}
        />
      </Card>
      <SignatureCard certificate={certificate} />
      <Card title="As PEM">
        <CodeBlock what="the certificate">{pem.trim()}</CodeBlock>
      </Card>
    </>
  )
}

function NameFacts({
  attributes,
}: {
  readonly attributes: readonly { readonly type: string; readonly value: string }[]
}) {
  if (attributes.length === 0) return <p className={classes['soft']}>Empty</p>
  return <Facts items={attributes.map(({ type, value }) => [attributeLabel(type), value] as const)} />
}

function ExtensionValue({ extension }: { readonly extension: DescribedExtension }) {
  const { id, critical } = extension
  return (
    <>
      {extensionLines(extension).map((line) => (
        <span key={line} style={{ display: 'block' }}>
          {line}
        </span>
      ))}
      <span className={classes['oid']}>
        {id}
        {critical && <span className={classes['critical']}>critical</span>}
      </span>
    </>
  )
}

function SignatureCard({ certificate: { signature } }: { readonly certificate: X509Certificate }) {
  return (
    <Card title="Signature">
      <Octets of={signature} />
    </Card>
  )
}

function Octets({ of: octets }: { readonly of: Uint8Array }) {
  const lines = [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join(':')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <code className={classes['octets']} tabIndex={0}>
      {lines}
    </code>
  )
}
