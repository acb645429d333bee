import type { NewDelivery, Webhook } from '../../src/webhooks/webhook.ts'
import { DAY, NOW, randomBytes } from './samples.ts'
import { newId } from './stores.ts'

type SealedWebhook = Webhook & { readonly sealedSecret: Uint8Array }

export function sampleWebhook(over: Partial<SealedWebhook> = {}): SealedWebhook {
  return {
    id: newId(),
    name: 'A webhook',
    url: 'https://hooks.example.com/',
    events: ['certificate.issued'],
    enabled: true,
    createdAt: NOW,
    revision: 1,
    failures: 0,
    sealedSecret: randomBytes(60),
    ...over,
  }
}

export function sampleDelivery(webhook: string, over: Partial<NewDelivery> = {}): NewDelivery {
  const times = { createdAt: NOW, expiresAt: NOW + 3 * DAY }
  return { id: newId(), webhook, event: 'certificate.issued', eventId: newId(), body: '{"a":1}', ...times, ...over }
}
