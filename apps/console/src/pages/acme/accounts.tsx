import { Anchor, Button, Select } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { AcmeAccount } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Empty } from '../../components/states.tsx'
import { AccountState, accountName } from './account-words.tsx'

const page = getRouteApi('/console/acme/accounts')
const consoleApi = getRouteApi('/console')

/** ACME, Accounts: the clients that registered. */
export function AcmeAccounts() {
  const { after, policy } = page.useSearch()
  const { ca: authority } = consoleApi.useSearch()
  const navigate = page.useNavigate()
  const { data: policies } = useAsk('listAcmePolicies', {
    query: { limit: 200, ...(authority !== undefined && { authority }) },
  })
  const names = new Map((policies?.items ?? []).map(({ id, name }) => [id, name]))
  const rows = useAsk(
    'listAcmeAccounts',
    {
      query: {
        ...(authority !== undefined && { authority }),
        ...(policy !== undefined && { policy }),
        ...(after !== undefined && { after }),
      },
    },
    { keepPrevious: true },
  )
  return (
    <>
      <PageHeader title="ACME accounts" intro="Clients that registered, each with a key of its own." />
      {names.size > 0 && (
        <Select
          aria-label="Policy"
          placeholder="All policies"
          mb="md"
          maw={320}
          clearable
          data={[...names].map(([value, label]) => ({ value, label }))}
          value={policy ?? null}
          onChange={(chosen) =>
            void navigate({
              search: (all) => ({ ...all, after: undefined, policy: chosen ?? undefined }),
              replace: true,
            })
          }
          clearButtonProps={{ 'aria-label': 'All policies' }}
        />
      )}
      <DataTable
        label="ACME accounts"
        columns={columns(names)}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={
          <Empty
            title="No account yet"
            action={
              <Button variant="default" renderRoot={(props) => <Link to="/console/acme/policies" {...props} />}>
                Show the policies
              </Button>
            }
          >
            A client registers by a binding of a policy.
          </Empty>
        }
      />
    </>
  )
}

function columns(policies: ReadonlyMap<string, string>): readonly Column<AcmeAccount>[] {
  return [
    {
      head: 'Account',
      cell: (account) => (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/console/acme/accounts/$id" params={{ id: account.id }} {...props} />}
        >
          {accountName(account)}
        </Anchor>
      ),
    },
    { head: 'Policy', cell: ({ policy }) => policies.get(policy) ?? 'A deleted one' },
    { head: 'Binding', cell: ({ binding }) => binding?.name ?? 'None' },
    { head: 'Registered', cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { head: 'From', cell: ({ createdFrom }) => createdFrom },
    { head: 'State', narrow: true, cell: ({ status }) => <AccountState status={status} /> },
  ]
}
