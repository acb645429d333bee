import { Button, Checkbox, SegmentedControl } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { RequestSummary } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty } from '../../components/states.tsx'
import { useMay } from '../../frame/use-may.ts'
import { useNames } from '../../frame/use-names.ts'
import { nameOf, otherNames } from '../../words/certificate-words.ts'
import { type BulkAct, BulkDialog } from './bulk-dialog.tsx'
import { REQUEST_STATUS_WORDS, SHOWN_STATUSES } from './request-words.ts'
import classes from './requests.module.css'

const pageApi = getRouteApi('/console/requests')
const PAGE = 50

/** Requests that wait for somebody's yes, and what became of those before. */
export function PendingRequests() {
  const { ca, status = 'pending', after } = pageApi.useSearch()
  const rows = useAsk(
    'listRequests',
    {
      query: {
        limit: PAGE,
        ...(ca !== undefined && { authority: ca }),
        ...(status !== 'all' && { status }),
        ...(after !== undefined && { after }),
      },
    },
    { keepPrevious: true },
  )
  const nameOfId = useNames()
  const may = useMay()
  // Forms have no key yet: they are approved on their own page.
  const signable = (rows.data?.items ?? []).filter(
    (row) => row.status === 'pending' && row.kind !== 'form' && may('officer', row.authority),
  )
  const selection = useSelection(signable)
  const [act, setAct] = useState<BulkAct>()
  const close = () => {
    setAct(undefined)
    selection.toggle(
      signable.map(({ id }) => id),
      false,
    )
  }
  return (
    <>
      <PageHeader
        title="Pending Requests"
        intro="Somebody asks for a certificate, and somebody else looks at what it would say before it is signed."
        actions={<SubmitButton />}
      />
      <div className={classes['bar']}>
        <WhichRequests />
        {signable.length > 1 && <BulkBar selection={selection} count={signable.length} onAct={setAct} />}
      </div>
      <DataTable
        label="Requests"
        columns={[
          ...columnsFor(ca === undefined, status, nameOfId),
          ...(signable.length > 1 ? [selectColumn(signable, selection)] : []),
        ]}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={<Nothing status={status} />}
      />
      {act !== undefined && <BulkDialog act={act} onClose={close} />}
    </>
  )
}

interface Selection {
  readonly selected: readonly RequestSummary[]
  toggle(ids: readonly string[], isOn: boolean): void
  /** All that could be selected. */
  readonly all: readonly string[]
}

/** Which of these rows are selected; what is not shown any more is not. */
function useSelection(rows: readonly RequestSummary[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  return {
    selected: rows.filter(({ id }) => chosen.has(id)),
    all: rows.map(({ id }) => id),
    toggle: (ids, isOn) =>
      setChosen((before) => new Set([...before].filter((id) => !ids.includes(id)).concat(isOn ? ids : []))),
  }
}

function selectColumn(signable: readonly RequestSummary[], { selected, toggle }: Selection): Column<RequestSummary> {
  return {
    head: 'Select',
    quiet: true,
    narrow: true,
    cell: (row) =>
      signable.includes(row) && (
        <Checkbox
          aria-label={`Select ${nameOf(row)}`}
          checked={selected.includes(row)}
          onChange={(event) => toggle([row.id], event.currentTarget.checked)}
        />
      ),
  }
}

function BulkBar({
  selection: { selected, toggle, all },
  count,
  onAct,
}: {
  readonly selection: Selection
  readonly count: number
  readonly onAct: (act: BulkAct) => void
}) {
  return (
    <div className={classes['bulk']}>
      <Checkbox
        label={selected.length === 0 ? `Select all ${count}` : `${selected.length} selected`}
        checked={selected.length === count}
        indeterminate={selected.length > 0 && selected.length < count}
        onChange={(event) => toggle(all, event.currentTarget.checked)}
      />
      {selected.length > 0 && (
        <>
          <Button size="xs" onClick={() => onAct({ kind: 'sign', requests: selected })}>
            Sign {selected.length}
          </Button>
          <Button size="xs" variant="default" onClick={() => onAct({ kind: 'decline', requests: selected })}>
            Decline {selected.length}
          </Button>
        </>
      )}
    </div>
  )
}

/** Those that wait, or what became of others; it stands in the address. */
function WhichRequests() {
  const { status = 'pending' } = pageApi.useSearch()
  const navigate = pageApi.useNavigate()
  const choose = (value: string) =>
    void navigate({
      search: (all) => ({
        ...all,
        after: undefined,
        status: SHOWN_STATUSES.find((one) => one === value && one !== 'pending'),
      }),
    })
  return (
    <SegmentedControl
      aria-label="Which requests"
      size="xs"
      data={SHOWN_STATUSES.map((value) => ({
        value,
        label: value === 'all' ? 'All' : REQUEST_STATUS_WORDS[value].label,
      }))}
      value={status}
      onChange={choose}
    />
  )
}

function SubmitButton() {
  return <Button renderRoot={(props) => <Link to="/console/requests/new" {...props} />}>Submit a CSR</Button>
}

function columnsFor(
  isOfAll: boolean,
  status: (typeof SHOWN_STATUSES)[number],
  nameOfId: (id: string | undefined) => string | undefined,
): readonly Column<RequestSummary>[] {
  const state: Column<RequestSummary> = {
    head: 'State',
    narrow: true,
    cell: (row) => (
      <StateBadge tone={REQUEST_STATUS_WORDS[row.status].tone}>{REQUEST_STATUS_WORDS[row.status].label}</StateBadge>
    ),
  }
  return [
    { head: 'Name', cell: (row) => <RequestName request={row} /> },
    ...(status === 'all' ? [state] : []),
    {
      head: 'Template',
      cell: ({ template, authority }) => (
        <>
          {nameOfId(template) ?? 'Deleted'}
          {isOfAll && <span className={classes['others']}>{nameOfId(authority)}</span>}
        </>
      ),
    },
    { head: 'Asked', narrow: true, cell: ({ createdAt }) => <Moment at={createdAt} as="relative" /> },
  ]
}

function RequestName({ request }: { readonly request: RequestSummary }) {
  const [other, ...more] = otherNames(request)
  return (
    <>
      <Link to="/console/requests/$id" params={{ id: request.id }} className={classes['name']}>
        {nameOf(request)}
      </Link>
      {other !== undefined && (
        <span className={classes['others']}>
          {other}
          {more.length > 0 && ` and ${more.length} more`}
        </span>
      )}
    </>
  )
}

function Nothing({ status }: { readonly status: (typeof SHOWN_STATUSES)[number] }) {
  if (status === 'pending') {
    return (
      <Empty title="Nothing waits" action={<SubmitButton />}>
        What people ask for and no program may have at once stands here until somebody signs or declines it.
      </Empty>
    )
  }
  return <Empty title="There is none" action={<SubmitButton />} />
}
