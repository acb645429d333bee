import { decodeCertificate, decodePem, describeCertificate } from '@chancery/x509'
import type { Certificate } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { Moment } from '../../components/moment.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { keyTypeLabel } from '../../words/key-types.ts'
import classes from './certificates.module.css'

/** The certificate and the CAs above it, up to the root. */
export function CertificateChain({ certificate: { id, pem } }: { readonly certificate: Certificate }) {
  const { data, error, refetch } = useAsk(
    'downloadCertificate',
    { params: { id }, query: { format: 'chain' } },
    { enabled: pem !== undefined },
  )
  if (pem === undefined) return <Notice>It was issued before its CA came here: its chain is not known.</Notice>
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={6} />
  const chain = decodePem(data).map(({ der }) => describeCertificate(decodeCertificate(der)))
  const top = chain.at(-1)
  return (
    <Card
      title="Chain"
      intro="Each certificate is signed by the one below it in this list. Whoever trusts the last trusts all of them."
    >
      <ol className={classes['chain']}>
        {chain.map(({ serialNumber, subject, notBefore, notAfter, publicKey, signatureAlgorithm }, index) => (
          <li key={`${serialNumber} ${subject.text}`}>
            <h3>
              {subject.attributes.find(({ type }) => type === 'commonName')?.value ??
                (subject.text || 'Without a subject')}
            </h3>
            <p>
              {index === 0 ? 'This certificate' : subject.text === top?.subject.text ? 'Root' : 'CA'}.{' '}
              {keyTypeLabel(publicKey.type)}, signed with {signatureAlgorithm}. Valid from{' '}
              <Moment at={new Date(notBefore).toISOString()} as="day" /> to{' '}
              <Moment at={new Date(notAfter).toISOString()} as="day" />.
            </p>
          </li>
        ))}
      </ol>
      {top !== undefined && top.issuer.text !== top.subject.text && (
        <Notice tone="wait">The root “{top.issuer.text}” is not here: its certificate is held elsewhere.</Notice>
      )}
    </Card>
  )
}
