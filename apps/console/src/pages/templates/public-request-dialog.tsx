import { Button, Modal, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { RequestPageAddress, Template } from '../../api/operations.ts'
import { useAct } from '../../api/use-api.ts'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useMay } from '../../frame/use-may.ts'
import { PublicAddress } from './public-address.tsx'

/** Public Certificate Request: the address of the page on which strangers ask, and an invitation to it by mail. */
export function PublicRequestDialog({
  template,
  onClose,
}: {
  readonly template: Template
  readonly onClose: () => void
}) {
  const { id, name, enrollment, enabled } = template
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={`Public certificate request: ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {enrollment.publicRequests && enabled ? (
        <div className="stack">
          <PublicAddress id={id} />
          <Invite template={template} />
        </div>
      ) : (
        <Closed template={template} onClose={onClose} />
      )}
    </Modal>
  )
}

/** Where strangers may not ask, and how that is changed. */
function Closed({
  template: { id, authority, enabled },
  onClose,
}: {
  readonly template: Template
  readonly onClose: () => void
}) {
  const may = useMay()('administrator', authority)
  return (
    <>
      <Notice title={enabled ? 'This template takes no public requests' : 'This template is disabled'}>
        <p>
          {enabled
            ? 'Once it is allowed, strangers ask on a public page, confirm their e-mail address, and an officer decides.'
            : 'Nothing is issued by it, and nobody can ask for anything.'}
        </p>
      </Notice>
      {may && (
        <Button
          mt="sm"
          onClick={onClose}
          renderRoot={(props) => (
            <Link
              to="/console/templates/$id"
              params={{ id }}
              search={(all) => ({ ...all, tab: enabled ? 'enrollment' : 'general' })}
              {...props}
            />
          )}
        >
          {enabled ? 'Allow public requests' : 'Show the template'}
        </Button>
      )}
    </>
  )
}

/** Mails the address to somebody. */
function Invite({ template: { id, authority } }: { readonly template: Template }) {
  const fields = useFields({ email: '' })
  const [invited, setInvited] = useState<RequestPageAddress & { readonly email: string }>()
  const act = useAct('inviteToRequest')
  const may = useMay()('officer', authority)
  if (!may) return null
  const submit = async () => {
    const { email } = fields.values
    setInvited({ ...(await act.run({ params: { id }, body: { email } })), email })
    fields.set('email', '')
  }
  return (
    <ServerForm fields={fields} submit="Invite by mail" onSubmit={submit}>
      <TextInput
        label="Invite somebody to ask"
        description="They get the address, and what it is for. It grants nothing: an officer decides."
        placeholder="ann@example.com"
        type="email"
        {...fields.bind('email')}
      />
      {invited !== undefined && (
        <Notice tone={invited.mailed ? 'good' : 'wait'} role="status">
          <p>
            {invited.mailed
              ? `A mail with the address is on its way to ${invited.email}.`
              : `No mail leaves this installation: pass the address above on to ${invited.email} yourself.`}
          </p>
        </Notice>
      )}
    </ServerForm>
  )
}
