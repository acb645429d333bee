import { Anchor, Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Exchange } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty, Failed, Loading } from '../../components/states.tsx'
import classes from './logs.module.css'

const page = getRouteApi('/console/acme/logs')
const consoleApi = getRouteApi('/console')

/** ACME, Logs: what clients asked, step by step, and why they were refused. */
export function AcmeLogs() {
  const { account, order, after } = page.useSearch()
  const { ca: authority } = consoleApi.useSearch()
  const { data, error, refetch } = useAsk(
    'listExchanges',
    {
      query: {
        ...(authority !== undefined && { authority }),
        ...(account !== undefined && { account }),
        ...(order !== undefined && { subject: order }),
        ...(after !== undefined && { after }),
      },
    },
    { keepPrevious: true },
  )
  const isNarrowed = account !== undefined || order !== undefined
  return (
    <>
      <PageHeader
        title="ACME logs"
        intro="Each exchange with a client, step by step, for 30 days. A refusal says its reason and what to change; the client was told the same."
        actions={
          isNarrowed && (
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link
                  to="/console/acme/logs"
                  search={(all) => ({ ...all, account: undefined, order: undefined, after: undefined })}
                  {...props}
                />
              )}
            >
              {order === undefined ? 'Of one account. Show all' : 'Of one order. Show all'}
            </Button>
          )
        }
      />
      {error ? (
        <Failed error={error} onRetry={refetch} />
      ) : data === undefined ? (
        <Loading lines={8} />
      ) : data.items.length === 0 ? (
        <Empty title="Nothing was asked yet">Here stands what clients ask, as soon as one does.</Empty>
      ) : (
        data.items.map((exchange) => <ExchangeCard key={exchange.id} exchange={exchange} />)
      )}
      {data?.next !== undefined && (
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/console/acme/logs" search={(all) => ({ ...all, after: data.next })} {...props} />
          )}
        >
          Earlier ones
        </Button>
      )}
    </>
  )
}

function ExchangeCard({ exchange: { steps, account } }: { readonly exchange: Exchange }) {
  const [first] = steps
  return (
    <article className={classes['exchange']}>
      <header className={classes['title']}>
        <h2>{first?.step ?? 'An exchange'}</h2>
        {account !== undefined && (
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/console/acme/accounts/$id" params={{ id: account }} {...props} />}
          >
            Its account
          </Anchor>
        )}
      </header>
      <ol className={classes['steps']}>
        {steps.map(({ at, step, said, refused, problem, from, asked = [] }) => (
          <li key={`${at} ${step} ${said}`} className={classes['step']}>
            <p className={classes['head']}>
              <Moment at={at} />
              <strong>{step}</strong>
              {refused && <StateBadge tone="bad">{problem ?? 'Refused'}</StateBadge>}
              {from !== undefined && <span className={classes['soft']}>from {from}</span>}
            </p>
            <p>{said}</p>
            {asked.length > 0 && (
              <ul className={classes['asked']}>
                {asked.map((line) => (
                  <li key={line}>
                    <code>{line}</code>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
    </article>
  )
}
