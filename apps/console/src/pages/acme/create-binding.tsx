import { ACME_CLIENTS } from '@chancery/api'
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { CreatedAcmeBinding } from '../../api/operations.ts'
import { useAct } from '../../api/use-api.ts'
import { Facts } from '../../components/card.tsx'
import { CodeBlock, CodeValue } from '../../components/code-block.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'

/** Makes a binding, and then shows what a client needs, once. */
export function CreateBinding({ policy, onClose }: { readonly policy: string; readonly onClose: () => void }) {
  const [made, setMade] = useState<CreatedAcmeBinding>()
  return (
    <Modal.Root opened onClose={onClose} size="lg" closeOnClickOutside={made === undefined}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Mantine's own head would be a second banner of the page. */}
        <Group justify="space-between" wrap="nowrap" p="md">
          <Modal.Title>{made === undefined ? 'Create external account binding' : made.binding.name}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Group>
        <Modal.Body>
          {made === undefined ? (
            <BindingForm policy={policy} onMade={setMade} />
          ) : (
            <Credentials made={made} onClose={onClose} />
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function BindingForm({
  policy,
  onMade,
}: {
  readonly policy: string
  readonly onMade: (made: CreatedAcmeBinding) => void
}) {
  const fields = useFields({ name: '', allowedUses: '1', expiresAt: '' })
  const act = useAct('createAcmeBinding')
  const submit = async () => {
    const { name, allowedUses, expiresAt } = fields.values
    onMade(
      await act.run({
        params: { id: policy },
        body: {
          name,
          ...(allowedUses.trim() !== '' && { allowedUses: Number(allowedUses) }),
          ...(expiresAt !== '' && { expiresAt: new Date(`${expiresAt}T23:59:59`).toISOString() }),
        },
      }),
    )
  }
  return (
    <ServerForm fields={fields} submit="Create EAB" onSubmit={submit}>
      <TextInput label="Name" description="Who is to have it." data-autofocus {...fields.bind('name')} />
      <TextInput
        label="Allowed Use Count"
        description="How many accounts may register by it. Empty: any number."
        inputMode="numeric"
        {...fields.bind('allowedUses')}
      />
      <TextInput
        type="date"
        label="Last day"
        description="After it nobody registers; accounts that did go on. Empty: no end."
        {...fields.bind('expiresAt')}
      />
    </ServerForm>
  )
}

function Credentials({
  made: { directory, hmacKey = '', binding, note },
  onClose,
}: {
  readonly made: CreatedAcmeBinding
  readonly onClose: () => void
}) {
  const [chosen, setChosen] = useState('certbot')
  const client = ACME_CLIENTS.find(({ id }) => id === chosen) ?? ACME_CLIENTS[0]
  const values = { directory, kid: binding.kid, hmacKey, domain: 'www.example.com', email: 'you@example.com' }
  return (
    <Stack>
      <Notice tone="wait" title="The HMAC key is shown this once">
        <p>{note ?? 'Copy what you need now. It cannot be shown again: then make another binding.'}</p>
      </Notice>
      <Facts
        items={[
          [
            'Directory',
            <CodeValue key="directory" what="directory address">
              {directory}
            </CodeValue>,
          ],
          [
            'Key ID',
            <CodeValue key="kid" what="key id">
              {binding.kid}
            </CodeValue>,
          ],
          [
            'HMAC key',
            <CodeValue key="hmac" what="HMAC key">
              {hmacKey}
            </CodeValue>,
          ],
        ]}
      />
      <Select
        label="Lines for"
        description="Put your own name and address in place of www.example.com and you@example.com."
        data={ACME_CLIENTS.map(({ id, name }) => ({ value: id, label: name }))}
        allowDeselect={false}
        value={chosen}
        onChange={(id) => setChosen(id ?? chosen)}
      />
      {client?.parts(values).map(({ kind, into, text }) => (
        <div key={text}>
          {into !== undefined && <p>{kind === 'form' ? `${into}:` : `In the file ${into}:`}</p>}
          <CodeBlock what={into ?? 'the commands'}>{text}</CodeBlock>
        </div>
      ))}
      {client?.tested === false && (
        <p>These lines follow the documentation of {client.name}; we do not run them ourselves.</p>
      )}
      <Button onClick={onClose}>I have copied it</Button>
    </Stack>
  )
}
