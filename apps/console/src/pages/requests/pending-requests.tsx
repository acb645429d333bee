import { Button, SegmentedControl } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { RequestSummary } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Below, OtherNames, rowLink } from '../../components/list-cell.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SelectionBar, selectColumn } from '../../components/select-rows.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty } from '../../components/states.tsx'
import { type Selection, useSelection } from '../../components/use-selection.ts'
import { useMay } from '../../frame/use-may.ts'
import { useNames } from '../../frame/use-names.ts'
import { useViewer } from '../../frame/use-viewer.ts'
import { nameOf, otherNames } from '../../words/certificate-words.ts'
import { BULK_WORDS, BulkRequests } from './bulk-requests.tsx'
import { canBeDecided, REQUEST_ACTS, type RequestAct, unfitFor } from './request-acts.ts'
import { REQUEST_KIND_WORDS, REQUEST_STATUS_WORDS, SHOWN_STATUSES } from './request-words.ts'
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
  const decidable = (rows.data?.items ?? []).filter((row) => canBeDecided(row) && may('officer', row.authority))
  const selection = useSelection(decidable)
  // With the rows as they were: what is done changes the list.
  const [act, setAct] = useState<{ readonly kind: RequestAct; readonly requests: readonly RequestSummary[] }>()
  const close = () => {
    setAct(undefined)
    selection.clear()
  }
  return (
    <>
      <PageHeader
        title="Pending Requests"
        intro="Somebody asks for a certificate, and somebody else looks at what it would say before it is signed."
        actions={
          <>
            <PreApproveButton />
            <SubmitButton />
          </>
        }
      />
      <div className={classes['bar']}>
        <WhichRequests />
        {decidable.length > 1 && (
          <BulkBar selection={selection} onAct={(kind) => setAct({ kind, requests: selection.selected })} />
        )}
      </div>
      <DataTable
        label="Requests"
        columns={[
          ...columnsFor(ca === undefined, status, nameOfId),
          ...(decidable.length > 1 ? [selectColumn(selection, nameOf)] : []),
        ]}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={<Nothing status={status} />}
      />
      {act !== undefined && <BulkRequests act={act.kind} requests={act.requests} onClose={close} />}
    </>
  )
}

/** What can be done to those that are selected, with how many of them. */
function BulkBar({
  selection,
  onAct,
}: {
  readonly selection: Selection<RequestSummary>
  readonly onAct: (act: RequestAct) => void
}) {
  return (
    <SelectionBar selection={selection}>
      {REQUEST_ACTS.map((act) => ({
        act,
        count: selection.selected.filter((row) => unfitFor(act, row) === undefined).length,
      }))
        .filter(({ count }) => count > 0)
        .map(({ act, count }) => (
          <Button
            key={act}
            size="xs"
            variant={act === 'sign' || act === 'approve' ? 'filled' : 'default'}
            onClick={() => onAct(act)}
          >
            {BULK_WORDS[act].verb} {count}
          </Button>
        ))}
    </SelectionBar>
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
      className={classes['which'] ?? ''}
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

/** For who is to have a certificate that nobody asked for: offered to those who handle requests. */
function PreApproveButton() {
  const { ca } = pageApi.useSearch()
  const { roles } = useViewer()
  const isOfficer = roles.some(
    ({ role, authority }) => role !== 'auditor' && (ca === undefined || authority === undefined || authority === ca),
  )
  return (
    isOfficer && (
      <Button variant="default" renderRoot={(props) => <Link to="/console/requests/pre-approve" {...props} />}>
        Create pre-approved request
      </Button>
    )
  )
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
    { head: 'Kind', cell: (row) => <Kind request={row} /> },
    {
      head: 'Template',
      cell: ({ template, authority }) => (
        <>
          {nameOfId(template) ?? 'Deleted'}
          {isOfAll && <Below>{nameOfId(authority)}</Below>}
        </>
      ),
    },
    { head: 'Asked', narrow: true, cell: ({ createdAt }) => <Moment at={createdAt} as="relative" /> },
  ]
}

/** How it came, and from whom where that is no member. */
function Kind({ request: { kind, requestedBy, subjectAltNames } }: { readonly request: RequestSummary }) {
  const { email } = requestedBy
  const isNamed = subjectAltNames.some(({ value }) => value === email)
  return (
    <>
      {REQUEST_KIND_WORDS[kind]}
      {email !== undefined && !isNamed && <Below>{email}</Below>}
    </>
  )
}

function RequestName({ request }: { readonly request: RequestSummary }) {
  return (
    <>
      <Link to="/console/requests/$id" params={{ id: request.id }} className={rowLink}>
        {nameOf(request)}
      </Link>
      <OtherNames names={otherNames(request)} />
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
