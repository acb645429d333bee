import { Button, Group, Modal, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Webhook, WebhookDelivery } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty, Failed, Loading } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { DELIVERY_STATES } from './routes.ts'
import { DELIVERY_WORDS, EVENT_LABELS } from './webhook-words.ts'

const page = getRouteApi('/console/webhooks/$id')
const WEEK = 7 * 86_400_000

/** What went to a webhook, and what became of it. */
export function Deliveries({ webhook: { id, enabled } }: { readonly webhook: Webhook }) {
  const { after, state } = page.useSearch()
  const navigate = page.useNavigate()
  const rows = useAsk('listWebhookDeliveries', { params: { id }, query: { after, state } }, { keepPrevious: true })
  const one = useAct('redeliverWebhookDelivery')
  const all = useAct('redeliverWebhook')
  const tell = useTell()
  const [shown, setShown] = useState<string>()
  const again = (delivery: string) =>
    void one.run({ params: { id, delivery } }).then(
      () => tell('It is on its way again.'),
      () => undefined,
    )
  const failedOfWeek = () =>
    void all.run({ params: { id }, body: { since: new Date(Date.now() - WEEK).toISOString() } }).then(
      ({ count }) =>
        tell(count === 1 ? 'One delivery is on its way again.' : `${count} deliveries are on their way again.`),
      () => undefined,
    )
  return (
    <Card
      title="Deliveries"
      intro="Kept for 30 days. What is not taken is tried again, later and later, for three days."
    >
      {one.error !== null && <Failed error={one.error} />}
      {all.error !== null && <Failed error={all.error} />}
      <Group mb="md" align="end" justify="space-between">
        <Select
          w={200}
          label="State"
          data={[
            { value: '', label: 'Any' },
            ...Object.entries(DELIVERY_WORDS).map(([value, [, label]]) => ({ value, label })),
          ]}
          allowDeselect={false}
          value={state ?? ''}
          onChange={(chosen) =>
            void navigate({
              search: (before) => ({
                ...before,
                after: undefined,
                state: DELIVERY_STATES.find((word) => word === chosen),
              }),
            })
          }
        />
        {enabled && (
          <Button variant="default" loading={all.isRunning} onClick={failedOfWeek}>
            Send again what failed this week
          </Button>
        )}
      </Group>
      <DataTable
        label="Deliveries"
        columns={columns(setShown, enabled ? again : undefined)}
        rows={rows}
        keyOf={({ id: key }) => key}
        after={after}
        empty={<Empty title="Nothing yet">A test shows whether the address takes what is sent.</Empty>}
      />
      {shown !== undefined && <WholeDelivery id={id} delivery={shown} onClose={() => setShown(undefined)} />}
    </Card>
  )
}

function columns(
  onShow: (delivery: string) => void,
  onAgain: ((delivery: string) => void) | undefined,
): readonly Column<WebhookDelivery>[] {
  return [
    { head: 'Event', cell: ({ event }) => <strong>{eventLabel(event)}</strong> },
    {
      head: 'State',
      cell: ({ state, status, problem }) => (
        <span>
          <StateBadge tone={DELIVERY_WORDS[state][0]}>{DELIVERY_WORDS[state][1]}</StateBadge> {problem ?? status}
        </span>
      ),
    },
    { head: 'Tried', narrow: true, align: 'end', cell: ({ attempts }) => attempts },
    { head: 'When', narrow: true, cell: ({ createdAt }) => <Moment at={createdAt} as="relative" /> },
    {
      head: 'Actions',
      quiet: true,
      narrow: true,
      align: 'end',
      cell: ({ id, event, state }) => (
        <Group gap={4} justify="end" wrap="nowrap">
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-label={`Show what was sent: ${eventLabel(event)}`}
            onClick={() => onShow(id)}
          >
            Show
          </Button>
          {state === 'failed' && onAgain !== undefined && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              aria-label={`Send again: ${eventLabel(event)}`}
              onClick={() => onAgain(id)}
            >
              Send again
            </Button>
          )}
        </Group>
      ),
    },
  ]
}

function WholeDelivery(props: { readonly id: string; readonly delivery: string; readonly onClose: () => void }) {
  const { id, delivery, onClose } = props
  const { data, error, refetch } = useAsk('showWebhookDelivery', { params: { id, delivery } })
  return (
    <Modal opened onClose={onClose} title="What was sent" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {error ? <Failed error={error} onRetry={refetch} /> : null}
      {data === undefined ? <Loading lines={4} /> : <CodeBlock what="the body">{indented(data.body)}</CodeBlock>}
    </Modal>
  )
}

function indented(json: string): string {
  return JSON.stringify(JSON.parse(json), undefined, 2)
}

function eventLabel(event: string): string {
  if (event === 'webhook.test') return 'Test'
  const known = Object.entries(EVENT_LABELS).find(([name]) => name === event)
  return known === undefined ? event : known[1]
}
