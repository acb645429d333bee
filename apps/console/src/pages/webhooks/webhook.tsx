import { Anchor, Button, Group, Modal } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Webhook } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card, Facts } from '../../components/card.tsx'
import { CodeValue } from '../../components/code-block.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { Deliveries } from './deliveries.tsx'
import { SecretShown, WebhookDialog } from './webhook-dialog.tsx'
import { EVENT_LABELS, healthOf } from './webhook-words.ts'

const page = getRouteApi('/console/webhooks/$id')

/** A webhook, and what went to it. */
export function OneWebhook() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showWebhook', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={6} />
  return (
    <>
      <PageHeader
        title={data.name}
        above={
          <Anchor underline="always" renderRoot={(props) => <Link to="/console/webhooks" {...props} />}>
            Webhooks
          </Anchor>
        }
        actions={<Actions webhook={data} />}
      />
      {data.offReason !== undefined && (
        <Notice tone="bad">
          <p>It was switched off. {data.offReason} What waited for it has failed, and can be sent again.</p>
        </Notice>
      )}
      <About webhook={data} />
      <Deliveries webhook={data} />
    </>
  )
}

function About({ webhook }: { readonly webhook: Webhook }) {
  const { url, events, createdAt, failingSince, lastSuccessAt, previousUntil } = webhook
  const [tone, words] = healthOf(webhook)
  return (
    <Card title="Webhook">
      <Facts
        items={[
          [
            'State',
            <StateBadge key="state" tone={tone}>
              {words}
            </StateBadge>,
          ],
          [
            'Address',
            <CodeValue key="url" what="address">
              {url}
            </CodeValue>,
          ],
          ['Told when', events.map((event) => EVENT_LABELS[event]).join('; ')],
          [
            'Last arrived',
            lastSuccessAt === undefined ? 'Never' : <Moment key="last" at={lastSuccessAt} as="relative" />,
          ],
          ...(failingSince === undefined
            ? []
            : [['Failing since', <Moment key="failing" at={failingSince} as="relative" />] as const]),
          ...(previousUntil === undefined
            ? []
            : [['The secret before signs until', <Moment key="until" at={previousUntil} as="relative" />] as const]),
          ['Made', <Moment key="made" at={createdAt} as="day" />],
        ]}
      />
    </Card>
  )
}

type Open = 'change' | 'rotate' | 'delete' | undefined

function Actions({ webhook }: { readonly webhook: Webhook }) {
  const { id, name, enabled, revision } = webhook
  const [open, setOpen] = useState<Open>()
  const [secret, setSecret] = useState<string>()
  const navigate = page.useNavigate()
  const tell = useTell()
  const test = useAct('testWebhook')
  const change = useAct('changeWebhook')
  const rotate = useAct('rotateWebhookSecret')
  const remove = useAct('deleteWebhook')
  const close = () => setOpen(undefined)
  return (
    <Group gap="xs">
      {enabled && (
        <Button
          loading={test.isRunning}
          onClick={() =>
            void test.run({ params: { id } }).then(
              () => tell('A test is on its way.'),
              () => undefined,
            )
          }
        >
          Send a test
        </Button>
      )}
      <Button
        variant={enabled ? 'default' : 'filled'}
        loading={change.isRunning}
        onClick={() =>
          void change.run({ params: { id }, body: { revision, enabled: !enabled } }).then(
            () => tell(enabled ? `${name} is off.` : `${name} is on.`),
            () => undefined,
          )
        }
      >
        {enabled ? 'Switch off' : 'Switch on'}
      </Button>
      <Button variant="default" onClick={() => setOpen('change')}>
        Change
      </Button>
      <Button variant="default" onClick={() => setOpen('rotate')}>
        New secret
      </Button>
      <Button variant="default" color="red" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      {open === 'change' && <WebhookDialog webhook={webhook} onClose={close} />}
      {open === 'rotate' && (
        <ConfirmDialog
          title={`A new secret for ${name}`}
          confirm="Make new secret"
          isDestructive={false}
          onConfirm={async () => setSecret((await rotate.run({ params: { id }, body: {} })).secret)}
          onClose={close}
        >
          <p>For 24 hours both sign, the new one and the one before: change it at the receiver meanwhile.</p>
        </ConfirmDialog>
      )}
      {open === 'delete' && (
        <ConfirmDialog
          title={`Delete ${name}`}
          confirm="Delete webhook"
          onConfirm={async () => {
            await remove.run({ params: { id } })
            await navigate({ to: '/console/webhooks' })
          }}
          onClose={close}
        >
          <p>It is told nothing any more. What went to it, and what waits for it, goes too.</p>
        </ConfirmDialog>
      )}
      {secret !== undefined && (
        <Modal
          opened
          onClose={() => setSecret(undefined)}
          title="The new secret"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <SecretShown secret={secret} onClose={() => setSecret(undefined)} />
        </Modal>
      )}
    </Group>
  )
}
