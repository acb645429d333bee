import { Button, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { TenantMail } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty, Failed } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { MAIL_STATE_WORDS, mailKindLabel } from '../../words/mail-words.ts'
import { MAIL_STATES } from '../installation/routes.ts'

const page = getRouteApi('/console/mails')

/** The letters of the tenant: to whom, about what, and what became of them. Never what they say. */
export function TenantMails() {
  const { after, state } = page.useSearch()
  const navigate = page.useNavigate()
  const rows = useAsk('listTenantMails', { query: { after, state } }, { keepPrevious: true })
  const again = useAct('resendMail')
  const tell = useTell()
  const resend = ({ id, address }: TenantMail) =>
    again.run({ params: { id } }).then(
      () => tell(`The letter to ${address} is on its way again.`),
      () => undefined,
    )
  return (
    <>
      <PageHeader
        title="Sent mail"
        intro="What people were sent about requests, certificates and this tenant. Kept for 30 days; what a letter says is shown to nobody."
      />
      {again.error !== null && <Failed error={again.error} />}
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
        columns={columns((mail) => void resend(mail))}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={
          <Empty title={state === undefined ? 'No letter yet' : 'No letter in this state'}>
            Invitations, claims and notices about certificates are sent by mail.
          </Empty>
        }
      />
    </>
  )
}

function columns(onResend: (mail: TenantMail) => void): readonly Column<TenantMail>[] {
  return [
    { head: 'To', cell: ({ address }) => <strong>{address}</strong> },
    { head: 'About', cell: ({ kind }) => mailKindLabel(kind) },
    {
      head: 'State',
      cell: ({ state, problem }) => (
        <span>
          <StateBadge tone={MAIL_STATE_WORDS[state][0]}>{MAIL_STATE_WORDS[state][1]}</StateBadge> {problem}
        </span>
      ),
    },
    { head: 'Written', narrow: true, cell: ({ createdAt }) => <Moment at={createdAt} as="relative" /> },
    {
      head: 'Actions',
      quiet: true,
      narrow: true,
      align: 'end',
      cell: (mail) =>
        mail.resendable && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-label={`Send the letter to ${mail.address} again`}
            onClick={() => onResend(mail)}
          >
            Send again
          </Button>
        ),
    },
  ]
}
