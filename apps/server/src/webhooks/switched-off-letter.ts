import { type Letter, quoted } from '../mail/letter.ts'
import type { Webhook } from './webhook.ts'

/** Tells who made a webhook that nothing is sent to it any more. */
export function switchedOffLetter(
  { name }: Pick<Webhook, 'name'>,
  reason: string,
  { tenantName, url }: { readonly tenantName: string; readonly url: string },
): Letter {
  return {
    subject: `The webhook ${quoted(name)} was switched off`,
    paragraphs: [
      `A webhook of ${quoted(tenantName)} was switched off. ${reason} What waited for it is kept, and can be sent again once it is switched on.`,
    ],
    action: { label: 'Look at the webhooks', link: `${url}/console/webhooks` },
    facts: [['Webhook', quoted(name)]],
    closing: ['Sent because you made this webhook, or are named in the settings as who is told.'],
  }
}
