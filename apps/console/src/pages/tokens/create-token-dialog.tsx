import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { RoleName } from '../../api/role-name.ts'
import { useAct } from '../../api/use-api.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { RoleFields, WHOLE_TENANT } from '../members/role-fields.tsx'

interface TokenValues {
  readonly name: string
  readonly role: RoleName
  readonly authority: string
  readonly days: string
}

const NEW: TokenValues = { name: '', role: 'officer', authority: WHOLE_TENANT, days: '90' }

/** Makes an API token; then shows its secret, once. */
export function CreateTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const fields = useFields(NEW)
  const [secret, setSecret] = useState<string>()
  const act = useAct('createToken')
  const submit = async () => {
    const { name, role, authority, days } = fields.values
    const body = { name, role, authority: authority || undefined, days: days.trim() === '' ? undefined : Number(days) }
    setSecret((await act.run({ body })).secret ?? '')
  }
  return (
    <Modal opened onClose={onClose} title="Create token" closeButtonProps={{ 'aria-label': 'Close' }}>
      {secret === undefined ? (
        <ServerForm fields={fields} submit="Create token" onSubmit={submit}>
          <TextInput label="Name" description="What it is for." data-autofocus {...fields.bind('name')} />
          <RoleFields
            role={fields.values.role}
            authority={fields.values.authority}
            error={fields.errors['role'] ?? fields.errors['authority']}
            onRole={(role) => fields.set('role', role)}
            onAuthority={(authority) => fields.set('authority', authority)}
          />
          <TextInput label="Good for (days)" description="At most 3650." inputMode="numeric" {...fields.bind('days')} />
        </ServerForm>
      ) : (
        <>
          <Notice tone="wait">
            <p>Keep it now: it is shown this one time.</p>
          </Notice>
          <CodeBlock what="the token">{secret}</CodeBlock>
          <p className="hint">Programs send it with each call:</p>
          <CodeBlock what="the header">{`Authorization: Bearer ${secret}`}</CodeBlock>
          <Button mt="sm" onClick={onClose}>
            Done
          </Button>
        </>
      )}
    </Modal>
  )
}
