import { Anchor, Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Template } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty } from '../../components/states.tsx'
import { useAuthorities } from '../../frame/authorities.ts'
import { useMay } from '../../frame/use-may.ts'
import { purposeLabel } from '../../words/usages.ts'
import { TemplateMenu } from './template-menu.tsx'

const consoleApi = getRouteApi('/console')
const page = getRouteApi('/console/templates')

/** The templates of the active CA, or of all. */
export function ManageTemplates() {
  const { ca } = consoleApi.useSearch()
  const { after } = page.useSearch()
  const { data: authorities = [] } = useAuthorities()
  const rows = useAsk('listTemplates', { query: { authority: ca, after } }, { keepPrevious: true })
  const nameOf = new Map(authorities.map(({ id, name }) => [id, name]))
  return (
    <>
      <PageHeader
        title="Certificate templates"
        intro="A template says what a certificate looks like, and what a request may ask for."
        actions={<CreateButton />}
      />
      <DataTable
        label="Certificate templates"
        columns={columns(ca === undefined ? (template) => nameOf.get(template.authority) ?? '' : undefined)}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={
          <Empty title="This CA has no template" action={<CreateButton />}>
            Without one it issues nothing.
          </Empty>
        }
      />
    </>
  )
}

function CreateButton() {
  const { ca } = consoleApi.useSearch()
  const may = useMay()('administrator', ca)
  return may && <Button renderRoot={(props) => <Link to="/console/templates/new" {...props} />}>Create template</Button>
}

function columns(authorityOf: ((template: Template) => string) | undefined): readonly Column<Template>[] {
  return [
    {
      head: 'Name',
      cell: ({ id, name }) => (
        <Anchor fw={600} renderRoot={(props) => <Link to="/console/templates/$id" params={{ id }} {...props} />}>
          {name}
        </Anchor>
      ),
    },
    ...(authorityOf === undefined ? [] : [{ head: 'CA', cell: authorityOf }]),
    { head: 'For', cell: purposesOf },
    { head: 'Valid for', cell: validityOf, narrow: true },
    {
      head: 'State',
      narrow: true,
      cell: ({ enabled, privileged }) => (
        <>
          <StateBadge tone={enabled ? 'good' : 'off'}>{enabled ? 'Enabled' : 'Disabled'}</StateBadge>{' '}
          {privileged && <StateBadge tone="wait">Privileged</StateBadge>}
        </>
      ),
    },
    {
      head: 'Actions',
      quiet: true,
      narrow: true,
      align: 'end',
      cell: (template) => <TemplateMenu template={template} />,
    },
  ]
}

function purposesOf({ profile }: Template): string {
  const { purposes } = profile.extendedKeyUsage
  if (profile.basicConstraints?.ca === true) return 'A CA below'
  return purposes.length === 0 ? 'Any purpose' : purposes.map(purposeLabel).join(', ')
}

function validityOf({ profile }: Template): string {
  const { days, hours } = profile.validity.default
  return days === undefined ? `${hours} hours` : `${days} days`
}
