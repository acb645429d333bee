import { Button, Modal, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { SentInvitation } from '../../api/operations.ts'
import type { RoleName } from '../../api/role-name.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { RoleFields, WHOLE_TENANT } from './role-fields.tsx'

interface InviteValues {
  readonly email: string
  readonly role: RoleName
  readonly authority: string
  readonly bound: boolean
  readonly provider: string
}

const NEW: InviteValues = { email: '', role: 'officer', authority: WHOLE_TENANT, bound: true, provider: '' }

/** Invites somebody; then shows the link, once. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const fields = useFields(NEW)
  const [sent, setSent] = useState<SentInvitation>()
  const act = useAct('invite')
  const methods = useAsk('showSignInMethods', {})
  const providers = methods.data?.providers ?? []
  const submit = async () => {
    const { email, role, authority, bound, provider } = fields.values
    const body = { email, role, authority: authority || undefined, bound, provider: provider || undefined }
    setSent(await act.run({ body }))
  }
  const provider = fields.bind('provider')
  return (
    <Modal opened onClose={onClose} title="Invite member" closeButtonProps={{ 'aria-label': 'Close' }}>
      {sent === undefined ? (
        <ServerForm fields={fields} submit="Invite" onSubmit={submit}>
          <TextInput label="E-mail address" type="email" data-autofocus {...fields.bind('email')} />
          <RoleFields
            role={fields.values.role}
            authority={fields.values.authority}
            error={fields.errors['role'] ?? fields.errors['authority']}
            onRole={(role) => fields.set('role', role)}
            onAuthority={(authority) => fields.set('authority', authority)}
          />
          <Switch
            label="Only for this address"
            description="Without, whoever has the link may accept it, with any account."
            {...fields.bindChecked('bound')}
          />
          {providers.length > 0 && (
            <Select
              label="Has to sign in by"
              data={[{ value: '', label: 'Any way' }, ...providers.map(({ id, name }) => ({ value: id, label: name }))]}
              allowDeselect={false}
              {...provider}
              onChange={(chosen) => provider.onChange(chosen ?? '')}
            />
          )}
        </ServerForm>
      ) : (
        <InvitationLink sent={sent} onClose={onClose} />
      )}
    </Modal>
  )
}

/** The link of an invitation, which is shown once, and whether a letter with it is on its way. */
export function InvitationLink({ sent, onClose }: { readonly sent: SentInvitation; readonly onClose: () => void }) {
  const { email } = sent.invitation
  return (
    <>
      {sent.mailed && <p>A letter with the link goes to {email}.</p>}
      {sent.link !== undefined && (
        <>
          <Notice tone="wait">
            <p>Give this link to {email}. It is shown this one time, and good for 7 days.</p>
          </Notice>
          <CodeBlock what="the link">{sent.link}</CodeBlock>
        </>
      )}
      {sent.note !== undefined && <p className="hint">{sent.note}</p>}
      <Button mt="sm" onClick={onClose}>
        Done
      </Button>
    </>
  )
}
