import type { Sealer } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import type { Installation } from './installation.ts'
import type { OutgoingMail } from './mail/mail-store.ts'
import type { OutboundLimits, TracedAnswer } from './platform/guarded-client.ts'
import { OutboundError, type OutboundRequest } from './platform/outbound-rules.ts'
import type { Round } from './publishing/rounds.ts'
import { forgetDeliveries, type PostWebhook, sendWebhooks, type WebhookSending } from './publishing/send-webhooks.ts'
import { type EventTelling, tellWebhooks } from './publishing/tell-webhooks.ts'
import { certificateData, invitationData, requestData, requestInvitationData } from './webhooks/event-data.ts'
import { switchedOffLetter } from './webhooks/switched-off-letter.ts'
import type { WebhookEvent } from './webhooks/webhook.ts'
import type { OpenWebhook } from './webhooks/webhook-store.ts'

/** What telling webhooks takes beside the installation. */
export interface WebhookMeans {
  /** The guarded client. */
  readonly send: (url: string, limits: OutboundLimits, request: OutboundRequest) => Promise<TracedAnswer>
  readonly sealer: Pick<Sealer, 'open'>
  /** The https address of people, without a slash at its end. */
  readonly url: string
  readonly newId: () => string
  readonly now: () => number
  readonly report: (error: unknown, where: string) => void
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const LIMITS: OutboundLimits = { maxBytes: 0, timeoutMs: 10 * SECOND, redirects: 0 }
/** How long it is worth saying that a webhook was switched off. */
const NOTICE_MS = 7 * 86_400_000

/** Tells webhooks within seconds. */
export function webhookRounds(installation: Installation, means: WebhookMeans): readonly Round[] {
  const { telling, sending } = webhookWork(installation, means)
  return [
    {
      name: 'webhooks',
      everyMs: 2 * SECOND,
      run: async () => {
        await tellWebhooks(telling)
        await sendWebhooks(sending)
      },
    },
    {
      name: 'forget-deliveries',
      everyMs: 10 * MINUTE,
      run: () => forgetDeliveries(sending.webhooks, means.now()),
    },
  ]
}

/** What the rounds stand on. */
export function webhookWork(
  installation: Installation,
  means: WebhookMeans,
): { readonly telling: EventTelling; readonly sending: WebhookSending } {
  const { outbox, webhooks } = installation.stores.system
  const { now, newId, report, sealer } = means
  const shared = { outbox, webhooks, now, newId, report }
  return {
    telling: { ...shared, dataOf: (tenant, event, object) => dataOf(tenant, event, object, installation, means.url) },
    sending: {
      ...shared,
      sealer,
      post: postBy(means.send),
      lettersFor: (webhook, reason, at) => lettersFor(webhook, reason, at, installation, means),
    },
  }
}

async function dataOf(
  tenant: string,
  event: WebhookEvent,
  object: string,
  { stores }: Installation,
  url: string,
): Promise<object | undefined> {
  const own = stores.for(tenant)
  if (event === 'member.invited') {
    const invitation = await own.invitations.find(object)
    return invitation && invitationData(invitation)
  }
  if (event === 'request.invited') {
    const mail = await own.mails.find(object)
    return mail && requestInvitationData(mail)
  }
  if (event.startsWith('request.')) {
    const request = await own.requests.find(object)
    return request && requestData(request, url)
  }
  const certificate = await own.certificates.find(object)
  return certificate && certificateData(certificate, url)
}

/** In plain words, and without what a stranger could search networks by: whose address a name has is not told. */
function postBy(send: WebhookMeans['send']): PostWebhook {
  return async (url, body, headers) => {
    try {
      const { status } = await send(url, LIMITS, { method: 'POST', body, headers })
      return { status }
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error
      const [hop] = error.hops
      const isRedirect = hop?.status !== undefined && hop.status >= 300 && hop.status < 400
      return { problem: isRedirect ? 'The address redirects: give the one that it leads to.' : PROBLEMS[error.code] }
    }
  }
}

const NOT_SENT =
  'Nothing is sent to this address: it is none of a public network at port 80 or 443, nor one that the operator lists.'

const PROBLEMS: Readonly<Record<OutboundError['code'], string>> = {
  refused: NOT_SENT,
  // As if it were refused: which names of inner networks there are is not to be asked here.
  'no-address': NOT_SENT,
  unreachable: 'The address cannot be reached, or its certificate is not trusted.',
  'too-slow': `There was no answer within ${LIMITS.timeoutMs / SECOND} seconds.`,
  'too-large': 'The answer is too large.',
  'bad-answer': 'The answer is none of HTTP.',
}

async function lettersFor(
  webhook: OpenWebhook,
  reason: string,
  at: number,
  { stores, mail }: Installation,
  { url }: WebhookMeans,
): Promise<readonly OutgoingMail[]> {
  const { tenant, id: about, createdBy } = webhook
  const own = stores.for(tenant)
  const [settings, self, maker] = await Promise.all([
    own.notices.show(),
    own.self.show(),
    createdBy === undefined ? undefined : own.members.find(createdBy),
  ])
  const letter = switchedOffLetter(webhook, reason, { tenantName: self?.name ?? '', url })
  const to = new Set([...(maker === undefined ? [] : [maker.email]), ...settings.contacts])
  const times = { at, expiresAt: at + NOTICE_MS }
  // Of a kind and about one thing the last one waits: each address has its own.
  return [...to].flatMap((address) => {
    const order = {
      tenant,
      kind: 'webhook-switched-off',
      to: address,
      about: `${about} ${address}`,
      letter,
      ...times,
    } as const
    try {
      return [mail.write(order)]
    } catch (error) {
      // Somebody may sign in by an address that no mail can have.
      if (error instanceof Refusal) return []
      throw error
    }
  })
}
