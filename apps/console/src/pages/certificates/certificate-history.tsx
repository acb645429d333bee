import type { Certificate, HistoryItem } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { Moment } from '../../components/moment.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { reasonLabel } from '../../words/certificate-words.ts'
import classes from './certificates.module.css'

/** Who asked for a certificate, by which way, who said yes, and what became of it. */
export function CertificateHistoryPart({ certificate: { id, evidence } }: { readonly certificate: Certificate }) {
  const { data, error, refetch } = useAsk('showCertificateHistory', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={6} />
  if (data.items.length === 0)
    return <Notice>It was issued before its CA came here: who asked for it is not known.</Notice>
  const isClaim = evidence?.by === 'claim'
  const isRequested = data.items.some(({ action }) => action === 'request.submit')
  return (
    <Card title="History">
      <ol className={classes['chain']}>
        {data.items.map((item) => (
          <li key={`${item.at} ${item.action}`}>
            <h3>{whatOf(item, { isRequested, isClaim })}</h3>
            <p>
              {whoOf(item)}, <Moment at={item.at} />
            </p>
          </li>
        ))}
      </ol>
    </Card>
  )
}

function whatOf(
  { action, details }: HistoryItem,
  { isRequested, isClaim }: { readonly isRequested: boolean; readonly isClaim: boolean },
): string {
  switch (action) {
    case 'request.submit':
      return isClaim ? 'Requested by a form' : 'Requested by a CSR'
    case 'request.confirm':
      return 'Mail address confirmed'
    case 'request.pre-approve':
      return 'Approved before anybody asked'
    case 'request.approve':
      return 'Approved, to be claimed'
    case 'request.resend':
      return 'Claim sent again'
    case 'request.reopen':
      return 'Claim opened again'
    case 'request.decline':
      return `Declined${details?.['note'] ? `: ${details['note']}` : ''}`
    case 'certificate.issue':
      if (isClaim) return 'Claimed and issued'
      return isRequested ? 'Approved and issued' : 'Asked for and issued'
    case 'certificate.revoke':
      return details?.['reason'] === 'certificateHold'
        ? 'Put on hold'
        : `Revoked: ${reasonLabel(String(details?.['reason'])).toLowerCase()}`
    case 'certificate.unrevoke':
      return 'Hold ended'
    case 'certificate.abandon':
      return `Given up: ${details?.['reason'] ?? 'it could not be signed'}`
    default:
      return action
  }
}

function whoOf({ actor, name, account, token, tokenName }: HistoryItem): string {
  const person = name ?? account ?? 'Somebody'
  switch (actor) {
    case 'system':
      return 'The installation itself'
    case 'command-line':
      return 'Somebody at the command line of the server'
    case 'acme-account':
      return 'A client by ACME'
    case 'stranger':
      return 'Somebody who was not signed in'
    case 'account':
      return token === undefined ? person : `The API token “${tokenName ?? token}” of ${person}`
  }
}
