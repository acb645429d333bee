import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Webhook, WebhookEvent } from '../../api/operations.ts'
import { useAct } from '../../api/use-api.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { EVENT_LABELS } from './webhook-words.ts'

const EVENTS = Object.entries(EVENT_LABELS) as [WebhookEvent, string][]

/** Makes a webhook, and then shows its secret, once; or changes one. */
export function WebhookDialog({ webhook, onClose }: { readonly webhook?: Webhook; readonly onClose: () => void }) {
  const fields = useFields({
    name: webhook?.name ?? '',
    url: webhook?.url ?? 'https://',
    events: [...(webhook?.events ?? EVENTS.map(([event]) => event))] as string[],
  })
  const [secret, setSecret] = useState<string>()
  const create = useAct('createWebhook')
  const change = useAct('changeWebhook')
  const words = webhook === undefined ? 'Create webhook' : 'Save webhook'
  const submit = async () => {
    const { name, url } = fields.values
    const events = EVENTS.map(([event]) => event).filter((event) => fields.values.events.includes(event))
    const body = { name, url, events }
    if (webhook === undefined) return setSecret((await create.run({ body })).secret ?? '')
    await change.run({ params: { id: webhook.id }, body: { ...body, revision: webhook.revision } })
    onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={webhook === undefined ? 'Create webhook' : `Change ${webhook.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {secret === undefined ? (
        <ServerForm fields={fields} submit={words} onSubmit={submit}>
          <TextInput label="Name" description="What it is for." data-autofocus {...fields.bind('name')} />
          <TextInput
            label="Address"
            description="Where events are posted. A public address, at port 443 or 80."
            inputMode="url"
            {...fields.bind('url')}
          />
          <Checkbox.Group label="Tell it when" {...fields.bind('events')}>
            {EVENTS.map(([event, label]) => (
              <Checkbox key={event} mt="xs" value={event} label={label} />
            ))}
          </Checkbox.Group>
        </ServerForm>
      ) : (
        <SecretShown secret={secret} onClose={onClose} />
      )}
    </Modal>
  )
}

/** A secret, this one time. */
export function SecretShown({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <>
      <Notice tone="wait">
        <p>Keep the secret now: it is shown this one time. By it the receiver knows what comes from here.</p>
      </Notice>
      <CodeBlock what="the secret">{secret}</CodeBlock>
      <Button mt="sm" onClick={onClose}>
        Done
      </Button>
    </>
  )
}
