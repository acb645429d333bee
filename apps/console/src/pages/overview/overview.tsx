import { Button, SegmentedControl } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { AttentionItem, Overview as OverviewBody } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PlaceLink } from '../../components/place-link.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { wayLabel } from '../../words/certificate-words.ts'
import { BarChart } from './bar-chart.tsx'
import { daysOf, type Span, weeksOf } from './ending-spans.ts'
import classes from './overview.module.css'

const consoleApi = getRouteApi('/console')
const EVERY_MS = 60_000

/** The first page: what is to be done, what ends when, and what was issued lately. */
export function Overview() {
  const { ca } = consoleApi.useSearch()
  const query = ca === undefined ? {} : { authority: ca }
  const { data, error, refetch } = useAsk('showOverview', { query }, { refetchInterval: EVERY_MS })
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <Button renderRoot={(props) => <Link to="/console/requests/new" {...props} />}>Issue a certificate</Button>
        }
      />
      <Attention />
      {error ? (
        <Failed error={error} onRetry={refetch} />
      ) : data === undefined ? (
        <Loading lines={8} />
      ) : (
        <Figures overview={data} />
      )}
    </>
  )
}

function Figures({ overview }: { readonly overview: OverviewBody }) {
  const { ending, endedLately, issued, waiting } = overview
  const sum = (days: number) => ending.slice(0, days).reduce((all, { count }) => all + count, 0)
  return (
    <>
      <div className={classes['figures']}>
        <Figure
          label="End within 7 days"
          value={sum(7)}
          isUrgent={sum(7) > 0}
          link={
            <Link to="/console/certificates" search={{ ends: '7' }}>
              Show them
            </Link>
          }
        />
        <Figure
          label="End within 30 days"
          value={sum(30)}
          link={
            <Link to="/console/certificates" search={{ ends: '30' }}>
              Show them
            </Link>
          }
        />
        <Figure
          label="Requests that wait"
          value={waiting.requests}
          more={waiting.more}
          isUrgent={waiting.requests > 0}
          note={
            waiting.oldest !== undefined && (
              <>
                Oldest: <Moment at={waiting.oldest} as="relative" />
              </>
            )
          }
          link={<Link to="/console/requests">Look at them</Link>}
        />
        <Figure
          label="Issued in 30 days"
          value={issued.reduce((all, { count }) => all + count, 0)}
          note={`${endedLately.toLocaleString()} ended meanwhile`}
          link={<Link to="/console/certificates">All certificates</Link>}
        />
      </div>
      <Ending overview={overview} />
      <Lately overview={overview} />
    </>
  )
}

function Figure({
  label,
  value,
  more = false,
  note,
  link,
  isUrgent = false,
}: {
  readonly label: string
  readonly value: number
  readonly more?: boolean
  readonly note?: ReactNode
  readonly link: ReactNode
  readonly isUrgent?: boolean
}) {
  return (
    <section className={classes['figure']} aria-label={label}>
      <h2>{label}</h2>
      <p className={classes['value']} data-urgent={isUrgent || undefined}>
        {value.toLocaleString()}
        {more && '+'}
      </p>
      <p className={classes['note']}>{note}</p>
      {link}
    </section>
  )
}

/** What ends when: certificates that are neither revoked nor on hold. */
function Ending({ overview: { ending } }: { readonly overview: OverviewBody }) {
  const [by, setBy] = useState<'weeks' | 'days'>('weeks')
  const spans: readonly Span[] = by === 'weeks' ? weeksOf(ending) : daysOf(ending.slice(0, 30))
  return (
    <Card
      title={by === 'weeks' ? 'What ends in the next 13 weeks' : 'What ends in the next 30 days'}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Weeks or days"
          data={[
            { value: 'weeks', label: 'Weeks' },
            { value: 'days', label: 'Days' },
          ]}
          value={by}
          onChange={(value) => setBy(value === 'days' ? 'days' : 'weeks')}
        />
      }
    >
      <BarChart bars={spans} unit="certificates end" empty="Nothing ends in this time." />
    </Card>
  )
}

/** What was issued, day by day and by which way. */
function Lately({ overview: { issued, ways } }: { readonly overview: OverviewBody }) {
  return (
    <Card title="Issued in the last 30 days">
      <div className={classes['lately']}>
        <BarChart bars={daysOf(issued)} unit="certificates issued" empty="Nothing was issued in this time." isPast />
        {ways.counted > 0 && (
          <ul className={classes['ways']} aria-label="By which way">
            {ways.by.map(({ by, count }) => (
              <li key={by}>
                <span>{wayLabel(by)}</span>
                <span>{count.toLocaleString()}</span>
                <span className={classes['share']} style={{ width: `${(count / ways.counted) * 100}%` }} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}

/** CAs and services that need somebody; nothing while all is well. */
function Attention() {
  const { data, error, refetch } = useAsk('listAttention', { query: {} }, { refetchInterval: EVERY_MS })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined || data.items.length === 0) return null
  return (
    <Card title="Needs attention">
      <ul className={classes['attention']}>
        {data.items.map((item) => (
          <li key={`${item.authority} ${item.kind}`}>
            <StateBadge tone={item.severity === 'error' ? 'bad' : 'wait'}>{LABELS[item.kind]}</StateBadge>
            <p>
              <PlaceLink kind="authority" id={item.authority}>
                {item.name}
              </PlaceLink>
              {': '}
              {item.detail}
              {item.at !== undefined && (
                <span className={classes['soft']}>
                  {' '}
                  <Moment at={item.at} as="day" />
                </span>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const LABELS: Readonly<Record<AttentionItem['kind'], string>> = {
  'awaiting-certificate': 'Awaits certificate',
  'ca-ended': 'CA expired',
  'ca-ends': 'CA ends soon',
  'cuts-short': 'CA ends soon',
  'crl-overdue': 'CRL overdue',
  'crl-missing': 'No CRL',
  'responder-overdue': 'OCSP overdue',
  'responder-missing': 'No OCSP',
}
