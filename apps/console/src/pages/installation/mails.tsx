import { Button, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { Mail } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty, Failed } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { MAIL_STATE_WORDS } from '../../words/mail-words.ts'
import { MAIL_STATES } from './routes.ts'

const consoleApi = getRouteApi('/console')
const page = getRouteApi('/console/installation/mail')

/** Letters of the installation: to whom, of which kind, and what became of them. Never what they say. */
export function Mails() {
  const { account } = consoleApi.useRouteContext()
  const { after, state } = page.useSearch()
  const navigate = page.useNavigate()
  const rows = useAsk('listMails', { query: { after, state } }, { keepPrevious: true })
  const test = useAct('sendTestMail')
  const tell = useTell()
  const send = () =>
    test.run({ body: { to: account.email } }).then(
      () => tell('A letter to you is on its way.'),
      () => undefined,
    )
  return (
    <>
      <PageHeader
        title="Mail"
        intro="What the installation sends. What a letter says is sealed, and gone once it is sent."
        actions={
          <Button variant="default" loading={test.isRunning} onClick={() => void send()}>
            Send a test to me
          </Button>
        }
      />
      {test.error !== null && <Failed error={test.error} />}
      <Select
        mb="md"
        w={220}
        label="State"
        data={[
          { value: '', label: 'Any' },
          ...Object.entries(MAIL_STATE_WORDS).map(([value, [, label]]) => ({ value, label })),
        ]}
        allowDeselect={false}
        value={state ?? ''}
        onChange={(chosen) =>
          void navigate({
            search: (all) => ({ ...all, after: undefined, state: MAIL_STATES.find((one) => one === chosen) }),
          })
        }
      />
      <DataTable
        label="Letters"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={<Empty title="No letter">Invitations and links for new passwords are sent by mail.</Empty>}
      />
    </>
  )
}

const COLUMNS: readonly Column<Mail>[] = [
  { head: 'To', cell: ({ address }) => <strong>{address}</strong> },
  { head: 'Kind', cell: ({ kind }) => kind },
  {
    head: 'State',
    cell: ({ state, problem }) => (
      <span>
        <StateBadge tone={MAIL_STATE_WORDS[state][0]}>{MAIL_STATE_WORDS[state][1]}</StateBadge> {problem}
      </span>
    ),
  },
  { head: 'Tried', narrow: true, align: 'end', cell: ({ attempts }) => attempts },
  { head: 'Written', narrow: true, cell: ({ createdAt }) => <Moment at={createdAt} as="relative" /> },
]
