import { Anchor, Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Authority, Generation } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { Card, Facts } from '../../components/card.tsx'
import { CodeValue } from '../../components/code-block.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { keyTypeLabel, signatureLabel } from '../../words/key-types.ts'
import { AuthorityMenu } from './authority-menu.tsx'
import {
  activeCertificate,
  crlStanding,
  currentGeneration,
  expiryStanding,
  ocspStanding,
  STATUS_WORDS,
} from './authority-words.ts'
import { AwaitsCertificate } from './awaits-certificate.tsx'
import { ServiceUrls } from './service-urls.tsx'

const page = getRouteApi('/console/authorities/$id')

/** A CA: what it is, how its services stand, where they answer, and its earlier keys. */
export function ShowAuthority() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showAuthority', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={8} />
  const generation = currentGeneration(data.generations)
  return (
    <>
      <PageHeader
        title={data.name}
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/authorities" {...props} />}>
            Certificate authorities
          </Anchor>
        }
        actions={
          <>
            {data.status !== 'awaiting-certificate' && (
              <Button
                variant="default"
                renderRoot={(props) => <Link to="/console/authorities/$id/trust" params={{ id }} {...props} />}
              >
                Trust this CA
              </Button>
            )}
            <AuthorityMenu authority={data} />
          </>
        }
      />
      {awaitsCertificate(data) && <AwaitsCertificate authority={data} />}
      {generation !== undefined && <CertificateCard authority={data} generation={generation} />}
      {generation?.status === 'active' && <ServicesCard generation={generation} />}
      {data.status !== 'awaiting-certificate' && (
        <Card title="Addresses" intro="Written into the certificates that it issues, so that clients find it.">
          <ServiceUrls id={id} />
        </Card>
      )}
      {data.generations.length > 1 && <EarlierKeys generations={data.generations} />}
    </>
  )
}

/** The first one, or that of a new key. */
function awaitsCertificate({ status, generations }: Authority): boolean {
  const isAlive = status === 'active' || status === 'awaiting-certificate'
  return isAlive && generations.some((generation) => generation.status === 'awaiting-certificate')
}

function CertificateCard({
  authority,
  generation,
}: {
  readonly authority: Authority
  readonly generation: Generation
}) {
  const certificate = activeCertificate(generation)
  const [tone, status] = STATUS_WORDS[authority.status]
  const key = `${keyTypeLabel(generation.keyType)}, ${generation.keyOrigin === 'imported' ? 'imported' : 'made here'}`
  const state = (
    <StateBadge key="status" tone={tone}>
      {status}
    </StateBadge>
  )
  if (certificate === undefined) {
    return (
      <Card title="Certificate">
        <Facts
          items={[
            ['State', state],
            ['Key', key],
          ]}
        />
      </Card>
    )
  }
  return (
    <Card title="Certificate">
      <Facts
        items={[
          ['State', state],
          ['Subject', certificate.subject],
          [
            'Signed by',
            authority.parent === undefined ? (
              certificate.issuer === certificate.subject ? (
                'Itself: it is a root'
              ) : (
                certificate.issuer
              )
            ) : (
              <Anchor
                key="parent"
                renderRoot={(props) => (
                  <Link to="/console/authorities/$id" params={{ id: authority.parent ?? '' }} {...props} />
                )}
              >
                {certificate.issuer}
              </Anchor>
            ),
          ],
          [
            'Valid',
            <span key="valid">
              <Moment at={certificate.notBefore} as="day" /> to <Moment at={certificate.notAfter} as="day" /> (
              <Moment at={certificate.notAfter} as="relative" />)
            </span>,
          ],
          ['Key', key],
          ['Signs by', signatureLabel(generation.keyType, generation.signatureAlgorithm)],
          [
            'Serial number',
            <CodeValue key="serial" what="serial number">
              {certificate.serialNumber}
            </CodeValue>,
          ],
          [
            'SHA-256 fingerprint',
            <CodeValue key="print" what="fingerprint">
              {certificate.fingerprint}
            </CodeValue>,
          ],
        ]}
      />
    </Card>
  )
}

function ServicesCard({ generation }: { readonly generation: Generation }) {
  const { crl, ocspResponder } = generation.services
  const certificate = activeCertificate(generation)
  const expiry = certificate && expiryStanding(certificate, Date.now())
  const list = crlStanding(generation)
  const ocsp = ocspStanding(generation)
  return (
    <Card title="Services" intro="How clients learn that a certificate was revoked.">
      <Facts
        items={[
          ...(certificate && expiry
            ? [
                [
                  'Certificate',
                  <span key="expiry">
                    <StateBadge tone={expiry.tone}>{expiry.words}</StateBadge> ends{' '}
                    <Moment at={certificate.notAfter} as="relative" />
                  </span>,
                ] as const,
              ]
            : []),
          [
            'CRL',
            <span key="crl">
              <StateBadge tone={list.tone}>{list.words}</StateBadge>
              {crl !== undefined && (
                <>
                  {' '}
                  number {crl.number}, {crl.entries} revoked, made <Moment at={crl.thisUpdate} as="relative" />, good
                  until <Moment at={crl.nextUpdate} />
                </>
              )}
            </span>,
          ],
          [
            'OCSP',
            <span key="ocsp">
              <StateBadge tone={ocsp.tone}>{ocsp.words}</StateBadge>
              {ocspResponder !== undefined && (
                <>
                  {' '}
                  its certificate renews itself before <Moment at={ocspResponder.notAfter} as="day" />
                </>
              )}
            </span>,
          ],
        ]}
      />
    </Card>
  )
}

function EarlierKeys({ generations }: { readonly generations: readonly Generation[] }) {
  return (
    <Card
      title="Keys"
      intro="New certificates come from the newest key; earlier ones go on answering for what they signed."
    >
      <Facts
        items={generations.map(({ id, number, status, keyType, createdAt }) => [
          `Key ${number}`,
          <span key={id}>
            {keyTypeLabel(keyType)},{' '}
            {status === 'active' ? 'in use' : status === 'retired' ? 'retired' : 'awaits its certificate'}, made{' '}
            <Moment at={createdAt} as="day" />
          </span>,
        ])}
      />
    </Card>
  )
}
