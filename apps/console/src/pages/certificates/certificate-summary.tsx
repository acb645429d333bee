import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Certificate } from '../../api/operations.ts'
import { Card, Facts } from '../../components/card.tsx'
import { CodeBlock, CodeValue } from '../../components/code-block.tsx'
import { Moment } from '../../components/moment.tsx'
import { type PlaceKind, PlaceLink } from '../../components/place-link.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Notice } from '../../components/states.tsx'
import { useNames } from '../../frame/use-names.ts'
import { reasonLabel, STATUS_WORDS, wayLabel } from '../../words/certificate-words.ts'
import { extensionLines } from '../../words/extension-words.ts'
import { keyTypeLabel } from '../../words/key-types.ts'
import classes from './certificates.module.css'

/** What a person wants to know of a certificate first: whether it is good, for how long, for whom, and where it is from. */
export function CertificateSummaryPart({ certificate }: { readonly certificate: Certificate }) {
  const { decoded, pem, serialNumber, fingerprint } = certificate
  const purposes = decoded?.extensions.find(({ name }) => name === 'extKeyUsage')
  return (
    <>
      <Standing certificate={certificate} />
      <Card title="What it is for">
        <Facts
          items={[
            ['Names', <Names key="names" certificate={certificate} />],
            ['Subject', certificate.subject || 'Empty'],
            ...(purposes === undefined ? [] : [['Purposes', extensionLines(purposes).join(', ')] as const]),
            ...(decoded === undefined ? [] : [['Key', keyTypeLabel(decoded.publicKey.type)] as const]),
          ]}
        />
      </Card>
      <Origin certificate={certificate} />
      <Card title="How it is known">
        <Facts
          items={[
            [
              'Serial number',
              <CodeValue key="serial" what="serial number">
                {serialNumber}
              </CodeValue>,
            ],
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
        {pem === undefined ? (
          <Notice>It was issued before its CA came here: nothing but its serial number is known.</Notice>
        ) : (
          <details className={classes['pem']}>
            <summary>Show as PEM</summary>
            <CodeBlock what="the certificate">{pem.trim()}</CodeBlock>
          </details>
        )}
      </Card>
    </>
  )
}

/** Whether it is good now, in a sentence, and what to do. */
function Standing({ certificate }: { readonly certificate: Certificate }) {
  const { id, status, notBefore, notAfter, revocation } = certificate
  const { label, tone } = STATUS_WORDS[status]
  const isYetToCome = status === 'valid' && Date.parse(notBefore) > Date.now()
  return (
    <Card>
      <div className={classes['standing']}>
        <StateBadge tone={isYetToCome ? 'wait' : tone}>{isYetToCome ? 'Not valid yet' : label}</StateBadge>
        <p>
          {revocation !== undefined ? (
            <>
              {status === 'held' ? 'On hold since ' : 'Revoked on '}
              <Moment at={revocation.revokedAt} />
              {status !== 'held' && <>: {reasonLabel(revocation.reason).toLowerCase()}</>}.
            </>
          ) : (
            <>
              {status === 'expired' ? 'Ended ' : isYetToCome ? 'Begins ' : 'Ends '}
              <strong>
                <Moment at={isYetToCome ? notBefore : notAfter} as="relative" />
              </strong>
              , on <Moment at={isYetToCome ? notBefore : notAfter} />.
            </>
          )}{' '}
          <span className={classes['soft']}>
            Valid from <Moment at={notBefore} as="day" /> to <Moment at={notAfter} as="day" />.
          </span>
        </p>
        {(status === 'valid' || status === 'held') && (
          <Button
            variant="default"
            size="xs"
            renderRoot={(props) => (
              <Link
                to="/console/certificates/$id"
                params={{ id }}
                search={(all) => ({ ...all, tab: 'revocation' as const })}
                {...props}
              />
            )}
          >
            {status === 'held' ? 'End the hold or revoke' : 'Revoke'}
          </Button>
        )}
      </div>
    </Card>
  )
}

function Names({ certificate: { subjectAltNames } }: { readonly certificate: Certificate }) {
  if (subjectAltNames.length === 0) return 'None but its subject'
  return (
    <ul className={classes['names']}>
      {subjectAltNames.map(({ type, value }) => (
        <li key={`${type} ${value}`}>
          <CodeValue what={value}>{value}</CodeValue>
        </li>
      ))}
    </ul>
  )
}

/** From whom it is, and by which way it came. */
function Origin({ certificate }: { readonly certificate: Certificate }) {
  const { authority, template, issuedAt, evidence, request } = certificate
  const nameOfId = useNames()
  const link = (kind: PlaceKind, id: string, words = nameOfId(id) ?? id) => (
    <PlaceLink key={kind} kind={kind} id={id}>
      {words}
    </PlaceLink>
  )
  return (
    <Card title="Where it is from">
      <Facts
        items={[
          ['CA', link('authority', authority)],
          ...(template === undefined ? [] : ([['Template', link('template', template)]] as const)),
          ['Issued', <Moment key="issued" at={issuedAt} />],
          ['By way of', wayLabel(evidence?.by ?? 'import')],
          ...(request === undefined ? [] : ([['Request', link('request', request, 'Show the request')]] as const)),
        ]}
      />
    </Card>
  )
}
