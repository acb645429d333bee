import { Button, Group, Modal } from '@mantine/core'
import { useState } from 'react'
import type { Invitation, SentInvitation } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { InvitationLink } from './invite-dialog.tsx'
import type { DescribeRole } from './members.tsx'

/** An invitation that is over stays, to be sent anew. */
function GoodUntil({ expiresAt }: Invitation) {
  if (Date.parse(expiresAt) <= Date.now()) return <StateBadge tone="off">Expired</StateBadge>
  return <Moment at={expiresAt} />
}

/** Who is invited and has not accepted yet. Not shown while nobody is. */
export function Invitations({ describe, may }: { readonly describe: DescribeRole; readonly may: boolean }) {
  const rows = useAsk('listInvitations', { query: { limit: 200 } })
  const [sent, setSent] = useState<SentInvitation>()
  const [gone, setGone] = useState<Invitation>()
  const resend = useAct('resendInvitation')
  const remove = useAct('removeInvitation')
  const tell = useTell()
  if (rows.data === undefined || rows.data.items.length === 0) return null
  const renew = (id: string) => void resend.run({ params: { id } }).then(setSent, () => undefined)
  return (
    <section style={{ marginTop: '2rem' }}>
      <h2 style={{ fontSize: '1rem' }}>Invitations</h2>
      {resend.error !== null && <Failed error={resend.error} />}
      <DataTable
        label="Invitations"
        rows={rows}
        keyOf={({ id }) => id}
        empty={null}
        columns={[
          { head: 'E-mail address', cell: ({ email }) => <strong>{email}</strong> },
          { head: 'Role', cell: describe },
          { head: 'Good until', narrow: true, cell: GoodUntil },
          {
            head: 'What to do',
            narrow: true,
            align: 'end',
            cell: (invitation) =>
              may && (
                <Group gap={4} wrap="nowrap">
                  <Button variant="subtle" color="gray" size="compact-sm" onClick={() => renew(invitation.id)}>
                    New link
                  </Button>
                  <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setGone(invitation)}>
                    Take back
                  </Button>
                </Group>
              ),
          },
        ]}
      />
      {sent !== undefined && (
        <Modal opened onClose={() => setSent(undefined)} title="New link" closeButtonProps={{ 'aria-label': 'Close' }}>
          <p>The link before opens nothing any more.</p>
          <InvitationLink sent={sent} onClose={() => setSent(undefined)} />
        </Modal>
      )}
      {gone !== undefined && (
        <ConfirmDialog
          title={`Take back the invitation of ${gone.email}`}
          confirm="Take back"
          onConfirm={async () => {
            await remove.run({ params: { id: gone.id } })
            tell(`${gone.email} is not invited any more.`)
          }}
          onClose={() => setGone(undefined)}
        >
          <p>Its link then opens nothing.</p>
        </ConfirmDialog>
      )}
    </section>
  )
}
