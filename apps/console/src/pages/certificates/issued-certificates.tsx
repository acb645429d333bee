import { Button, Select, TextInput } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { CertificateSummary } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { useDownload } from '../../api/use-download.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Filters } from '../../components/filters.tsx'
import { Below, OtherNames, rowLink } from '../../components/list-cell.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SelectionBar, selectColumn } from '../../components/select-rows.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty, Failed } from '../../components/states.tsx'
import { useSelection } from '../../components/use-selection.ts'
import { useMay } from '../../frame/use-may.ts'
import { useNames } from '../../frame/use-names.ts'
import { nameOf, otherNames, STATUS_WORDS } from '../../words/certificate-words.ts'
import { queryOf, STATUSES } from './certificate-filters.ts'
import classes from './certificates.module.css'
import { RevokeMany } from './revoke-many.tsx'

const pageApi = getRouteApi('/console/certificates')
const PAGE = 50
const ENDS = [
  { value: '7', label: 'in 7 days' },
  { value: '30', label: 'in 30 days' },
  { value: '90', label: 'in 90 days' },
]

/** Every certificate of the active CA, or of all: found by names, states and ends of validity. */
export function IssuedCertificates() {
  const { after, tenant: _tenant, ...filters } = pageApi.useSearch()
  const query = queryOf(filters, Date.now())
  const rows = useAsk(
    'listCertificates',
    { query: { ...query, limit: PAGE, ...(after !== undefined && { after }) } },
    { keepPrevious: true },
  )
  const revocable = useRevocable(rows.data?.items ?? [])
  const selection = useSelection(revocable)
  // With the rows as they were: what is revoked changes the list.
  const [revoked, setRevoked] = useState<readonly CertificateSummary[]>()
  const close = () => {
    setRevoked(undefined)
    selection.clear()
  }
  const { ca, ...others } = filters
  const isFiltered = Object.values(others).some((value) => value !== undefined)
  return (
    <>
      <PageHeader
        title="Issued Certificates"
        actions={
          <>
            <ExportButton query={query} />
            <Button renderRoot={(props) => <Link to="/console/requests/new" {...props} />}>Issue a certificate</Button>
          </>
        }
      />
      <CertificateFilterBar />
      {revocable.length > 1 && (
        <div className={classes['bar']}>
          <SelectionBar selection={selection}>
            <Button size="xs" variant="default" onClick={() => setRevoked(selection.selected)}>
              Revoke {selection.selected.length}
            </Button>
          </SelectionBar>
        </div>
      )}
      <DataTable
        label="Issued certificates"
        columns={[...columnsFor(ca === undefined), ...(revocable.length > 1 ? [selectColumn(selection, nameOf)] : [])]}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={isFiltered ? <NothingFits /> : <NothingYet />}
      />
      {revoked !== undefined && <RevokeMany certificates={revoked} onClose={close} />}
    </>
  )
}

/**
 * What may be revoked beside others. A CA, and what answers for one, is none of it: whoever selects all means no end of a CA. On its
 * own page it is revoked, where it is seen what it is.
 */
function useRevocable(rows: readonly CertificateSummary[]): readonly CertificateSummary[] {
  const may = useMay()
  const { data } = useAsk('listTemplates', { query: { limit: 200 } })
  const ordinary = new Set((data?.items ?? []).filter(({ privileged }) => !privileged).map(({ id }) => id))
  return rows.filter(
    ({ status, authority, template }) =>
      (status === 'valid' || status === 'held') &&
      template !== undefined &&
      ordinary.has(template) &&
      may('officer', authority),
  )
}

function columnsFor(isOfAll: boolean): readonly Column<CertificateSummary>[] {
  return [
    { head: 'Name', cell: (row) => <CertificateName certificate={row} /> },
    {
      head: 'State',
      narrow: true,
      cell: ({ status }) => <StateBadge tone={STATUS_WORDS[status].tone}>{STATUS_WORDS[status].label}</StateBadge>,
    },
    { head: 'Template', narrow: true, cell: (row) => <IssuedBy certificate={row} isOfAll={isOfAll} /> },
    { head: 'Issued', narrow: true, cell: ({ issuedAt }) => <Moment at={issuedAt} as="day" /> },
    { head: 'Ends', narrow: true, cell: (row) => <Ends certificate={row} /> },
  ]
}

function CertificateName({ certificate }: { readonly certificate: CertificateSummary }) {
  return (
    <>
      <Link to="/console/certificates/$id" params={{ id: certificate.id }} className={rowLink}>
        {nameOf(certificate)}
      </Link>
      <OtherNames names={otherNames(certificate)} />
    </>
  )
}

/** By which template, and where all are listed by which CA. */
function IssuedBy({
  certificate: { template, authority },
  isOfAll,
}: {
  readonly certificate: CertificateSummary
  readonly isOfAll: boolean
}) {
  const nameOfId = useNames()
  return (
    <>
      {nameOfId(template) ?? <span className={classes['soft']}>By the installation itself</span>}
      {isOfAll && <Below>{nameOfId(authority)}</Below>}
    </>
  )
}

/** The day, and for what ends soon how soon. */
function Ends({ certificate: { notAfter, status } }: { readonly certificate: CertificateSummary }) {
  const left = Date.parse(notAfter) - Date.now()
  const isSoon = status === 'valid' && left < 30 * 86_400_000
  return (
    <>
      <Moment at={notAfter} as="day" />
      {isSoon && (
        <span className={classes['soon']}>
          <Moment at={notAfter} as="relative" />
        </span>
      )}
    </>
  )
}

function CertificateFilterBar() {
  const { name = '', status, template, ends, ca } = pageApi.useSearch()
  const navigate = pageApi.useNavigate()
  const { data: templates } = useAsk('listTemplates', {
    query: { limit: 200, ...(ca !== undefined && { authority: ca }) },
  })
  const set = (change: object) =>
    void navigate({ search: (all) => ({ ...all, after: undefined, ...change }), replace: true })
  return (
    <Filters label="Filters">
      <SearchField value={name} onSettled={(text) => set({ name: text === '' ? undefined : text })} />
      <Select
        aria-label="State"
        placeholder="Any state"
        clearable
        data={STATUSES.map((value) => ({ value, label: STATUS_WORDS[value].label }))}
        value={status ?? null}
        onChange={(value) => set({ status: value ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Any state' }}
      />
      <Select
        aria-label="Ends"
        placeholder="Ends any time"
        clearable
        data={ENDS.map(({ value, label }) => ({ value, label: `Ends ${label}` }))}
        value={ENDS.some((one) => one.value === ends) ? (ends ?? null) : null}
        onChange={(value) => set({ ends: value ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Ends any time' }}
      />
      <Select
        aria-label="Template"
        placeholder="Any template"
        clearable
        searchable
        nothingFoundMessage="No template has this name."
        data={(templates?.items ?? []).map(({ id, name: label }) => ({ value: id, label }))}
        value={template ?? null}
        onChange={(value) => set({ template: value ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Any template' }}
      />
    </Filters>
  )
}

/** Asks when the typing rests. */
function SearchField({ value, onSettled }: { readonly value: string; readonly onSettled: (text: string) => void }) {
  const [text, setText] = useState(value)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed counts, and not who hears of it
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onSettled(text), 300)
    return () => clearTimeout(timer)
  }, [text])
  useEffect(() => setText(value), [value])
  return (
    <TextInput
      aria-label="Name, serial number or fingerprint"
      placeholder="Name, serial number, fingerprint"
      title="The beginning of any name; .example.com finds every host below it"
      type="search"
      autoComplete="off"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  )
}

/** What is listed, as a file. */
function ExportButton({ query }: { readonly query: ReturnType<typeof queryOf> }) {
  const download = useDownload()
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  const run = async () => {
    setRunning(true)
    setError(undefined)
    await download('exportCertificates', { query }).catch(setError)
    setRunning(false)
  }
  return (
    <>
      <Button variant="default" loading={isRunning} onClick={run}>
        Export as CSV
      </Button>
      {error !== undefined && <Failed error={error} />}
    </>
  )
}

function NothingFits() {
  return (
    <Empty
      title="No certificate fits these filters"
      action={
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/console/certificates" search={({ ca, tenant }) => ({ ca, tenant })} {...props} />
          )}
        >
          Clear the filters
        </Button>
      }
    >
      Names are found by their beginning. A dot before a domain, as in <code>.example.com</code>, finds every host below
      it.
    </Empty>
  )
}

function NothingYet() {
  return (
    <Empty
      title="No certificates yet"
      action={
        <Button renderRoot={(props) => <Link to="/console/requests/new" {...props} />}>Issue a certificate</Button>
      }
    >
      Paste a certification request (CSR), choose a template, and see what the certificate will say before it is signed.
    </Empty>
  )
}
