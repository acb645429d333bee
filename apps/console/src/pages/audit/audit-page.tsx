import { Button, Select, Switch, TextInput } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AuditRecord } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { useDownload } from '../../api/use-download.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Filters } from '../../components/filters.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { hasPlace, PlaceLink } from '../../components/place-link.tsx'
import { Empty, Failed } from '../../components/states.tsx'
import { ACTION_CHOICES, actionLabel } from '../../words/audit-words.ts'
import { reasonLabel } from '../../words/certificate-words.ts'
import classes from './audit.module.css'
import { SealState } from './seal-state.tsx'

const pageApi = getRouteApi('/console/audit')
const PAGE = 50
const FOLLOW_EVERY_MS = 3_000

/** What was done in the tenant, by whom and when; followed as it happens, if one wants. */
export function AuditPage() {
  const { action, account, object, from, to, after } = pageApi.useSearch()
  const [isFollowed, setFollowed] = useState(false)
  const filter = {
    ...(action !== undefined && { action }),
    ...(account !== undefined && { account }),
    ...(object !== undefined && { object }),
    ...rangeOf(from, to),
  }
  const rows = useAsk(
    'listAuditRecords',
    { query: { limit: PAGE, ...filter, ...(after !== undefined && { after }) } },
    { keepPrevious: true, refetchInterval: isFollowed && after === undefined && FOLLOW_EVERY_MS },
  )
  const people = usePeople()
  return (
    <>
      <PageHeader
        title="Audit"
        intro="What was done here, by whom and when. Each record was written together with what it tells, and is sealed within seconds."
        actions={
          <>
            {after === undefined && (
              <Switch
                label="Follow"
                checked={isFollowed}
                onChange={(event) => setFollowed(event.currentTarget.checked)}
              />
            )}
            <ExportButton range={rangeOf(from, to)} />
          </>
        }
      />
      <SealState isFollowed={isFollowed} />
      <AuditFilters people={people} />
      <DataTable
        label="Audit records"
        columns={columnsWith(people)}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={
          <Empty
            title="No record fits these filters"
            action={
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link to="/console/audit" search={({ ca, tenant }) => ({ ca, tenant })} {...props} />
                )}
              >
                Clear the filters
              </Button>
            }
          />
        }
      />
    </>
  )
}

type People = ReadonlyMap<string, string>

/** What members are called. */
function usePeople(): People {
  const { data } = useAsk('listMembers', { query: { limit: 200 } })
  return new Map((data?.items ?? []).map(({ account, name }) => [account, name]))
}

/** Whole days of the browser's time zone. */
function rangeOf(from: string | undefined, to: string | undefined) {
  const [begins, ends] = [dayOf(from, '00:00:00'), dayOf(to, '23:59:59.999')]
  return { ...(begins !== undefined && { from: begins }), ...(ends !== undefined && { to: ends }) }
}

function dayOf(day: string | undefined, time: string): string | undefined {
  if (day === undefined) return undefined
  const date = new Date(`${day}T${time}`)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

function AuditFilters({ people }: { readonly people: People }) {
  const { action, account, from = '', to = '', object } = pageApi.useSearch()
  const navigate = pageApi.useNavigate()
  const set = (change: object) =>
    void navigate({ search: (all) => ({ ...all, after: undefined, ...change }), replace: true })
  return (
    <Filters label="Filters">
      <Select
        aria-label="What was done"
        placeholder="Anything that was done"
        clearable
        searchable
        nothingFoundMessage="Nothing is called so."
        data={ACTION_CHOICES}
        value={action ?? null}
        onChange={(value) => set({ action: value ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Anything that was done' }}
      />
      <Select
        aria-label="Who"
        placeholder="Anybody"
        clearable
        searchable
        nothingFoundMessage="No member is called so."
        data={[...people].map(([value, label]) => ({ value, label }))}
        value={account ?? null}
        onChange={(value) => set({ account: value ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Anybody' }}
      />
      <TextInput
        type="date"
        aria-label="From"
        value={from}
        onChange={(event) => set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        aria-label="To"
        value={to}
        onChange={(event) => set({ to: event.currentTarget.value || undefined })}
      />
      {object !== undefined && (
        <Button variant="default" onClick={() => set({ object: undefined })}>
          Of one object. Show all
        </Button>
      )}
    </Filters>
  )
}

function columnsWith(people: People): readonly Column<AuditRecord>[] {
  return [
    { head: 'What', narrow: true, cell: (record) => <What record={record} /> },
    { head: 'Who', cell: (record) => whoOf(record, people) },
    { head: 'Details', cell: ({ details }) => <Details details={details} /> },
    { head: 'When', narrow: true, cell: ({ at }) => <Moment at={at} /> },
  ]
}

/** What has a page of its own leads there. */
function What({ record: { action, object } }: { readonly record: AuditRecord }) {
  if (action.endsWith('.delete') || !hasPlace(object.type)) {
    return <span className={classes['what']}>{actionLabel(action)}</span>
  }
  return (
    <PlaceLink kind={object.type} id={object.id} className={classes['what']}>
      {actionLabel(action)}
    </PlaceLink>
  )
}

function whoOf({ actor, account, token }: AuditRecord, people: People): string {
  if (actor === 'system') return 'The installation'
  if (actor === 'command-line') return 'Command line'
  if (actor === 'acme-account') return 'A client by ACME'
  if (actor === 'stranger' || account === undefined) return 'Somebody not signed in'
  const person = people.get(account) ?? 'A former member'
  return token === undefined ? person : `${person}, by an API token`
}

/** What a record says in words of its own; ids and numbers say nothing to people, and stand in the export. */
function Details({ details = {} }: { readonly details: AuditRecord['details'] }) {
  const { subject, name, email, reason, note, roles } = details
  const said = [subject, name, email, roles, typeof reason === 'string' ? reasonLabel(reason) : undefined, note]
  return (
    <span className={classes['details']}>{said.filter((one) => one !== undefined && one !== null).join(' · ')}</span>
  )
}

function ExportButton({ range }: { readonly range: ReturnType<typeof rangeOf> }) {
  const download = useDownload()
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  const run = async () => {
    setRunning(true)
    setError(undefined)
    await download('exportAuditRecords', { query: range }).catch(setError)
    setRunning(false)
  }
  return (
    <>
      <Button variant="default" loading={isRunning} onClick={run}>
        Export with seals
      </Button>
      {error !== undefined && <Failed error={error} />}
    </>
  )
}
