import { Gauge, type Registry } from 'prom-client'
import { oncePer } from './once-per.ts'
import { type LookAtOperations, type LookAtSeal, MOST_COUNTED, MOST_GENERATIONS } from './operations-state.ts'

/** Where the gauges of a whole installation get what they show. */
export interface StateSources {
  readonly operations: LookAtOperations
  /** Absent while nothing seals the audit. */
  readonly seal?: LookAtSeal
  /** Parts of the server by name, and whether each can do its work. */
  readonly ready: () => Promise<Readonly<Record<string, 'ready' | 'failing'>>>
  readonly now: () => number
  readonly report: (error: unknown) => void
}

/** Whoever scrapes more often gets the same again. */
const FRESH_MS = 5_000

/**
 * Registers gauges that are read from the store when they are asked for. When the store does not answer they are absent, and
 * `chancery_state_readable` says so: the rest of the metrics is told all the same.
 */
export function registerStateGauges(registry: Registry, sources: StateSources): () => Promise<void> {
  const { now, report } = sources
  const gauges = stateGauges(registry)
  return oncePer(FRESH_MS, now, async () => {
    try {
      for (const [part, state] of Object.entries(await sources.ready())) {
        gauges.ready.set({ part }, state === 'ready' ? 1 : 0)
      }
      await show(gauges, sources)
      gauges.readable.set(1)
    } catch (error) {
      report(error)
      for (const gauge of gauges.ofStore) gauge.reset()
      gauges.readable.set(0)
    }
  })
}

type Gauges = ReturnType<typeof stateGauges>

async function show(gauges: Gauges, { operations, seal, now }: StateSources): Promise<void> {
  const at = now()
  const ageOf = (moment: number | undefined) => (moment === undefined ? 0 : Math.max(0, at - moment) / 1000)
  const [state, sealed] = await Promise.all([operations(at), seal?.()])
  for (const gauge of gauges.ofStore) gauge.reset()
  for (const { kind, due, oldestDueAt } of state.outbox) {
    gauges.outboxDue.set({ kind }, due)
    gauges.outboxAge.set({ kind }, ageOf(oldestDueAt))
  }
  gauges.openIntents.set(state.openIntents.count)
  gauges.openIntentAge.set(ageOf(state.openIntents.oldestAt))
  gauges.pendingRequests.set(state.pendingRequests.count)
  gauges.pendingRequestAge.set(ageOf(state.pendingRequests.oldestAt))
  for (const { generation, thisUpdate, nextUpdate } of state.crls) {
    gauges.crlAge.set({ generation }, ageOf(thisUpdate))
    gauges.crlExpiry.set({ generation }, nextUpdate / 1000)
  }
  for (const { generation, notAfter } of state.responders) gauges.responderExpiry.set({ generation }, notAfter / 1000)
  if (sealed === undefined) return
  gauges.unsealed.set(sealed.unsealed)
  gauges.sealLag.set(ageOf(sealed.oldestAt))
}

function stateGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge<Label>({ name: `chancery_${name}`, help, labelNames, registers: [registry] })
  const counted = `Counted up to ${MOST_COUNTED}.`
  const some = `The ${MOST_GENERATIONS} that end first.`
  const ofStore = {
    outboxDue: gauge('outbox_due', 'Pieces of work that are due, by kind.', 'kind'),
    outboxAge: gauge('outbox_oldest_due_seconds', 'For how long the oldest of them has been due, by kind.', 'kind'),
    openIntents: gauge('open_intents', `Issuances that were recorded and are not signed yet. ${counted}`),
    openIntentAge: gauge('open_intent_oldest_seconds', 'For how long the oldest of them has been waiting.'),
    pendingRequests: gauge('pending_requests', `Requests that wait for a person. ${counted}`),
    pendingRequestAge: gauge('pending_request_oldest_seconds', 'For how long the oldest of them has been waiting.'),
    crlAge: gauge('crl_age_seconds', `Since the newest whole CRL of a generation was made. ${some}`, 'generation'),
    crlExpiry: gauge('crl_next_update_timestamp_seconds', `When that CRL ends. ${some}`, 'generation'),
    responderExpiry: gauge(
      'ocsp_responder_not_after_timestamp_seconds',
      `When the newest certificate of the OCSP responder of a generation ends. ${some}`,
      'generation',
    ),
    unsealed: gauge('audit_unsealed_records', 'Audit records that are not sealed yet.'),
    sealLag: gauge('audit_seal_lag_seconds', 'For how long the oldest of them has been waiting.'),
  }
  return {
    ...ofStore,
    ofStore: Object.values(ofStore),
    ready: gauge('ready', 'Whether a part of the server can do its work, as /readyz says: 1 or 0.', 'part'),
    readable: gauge('state_readable', 'Whether what is read from the store could be read: 1 or 0.'),
  }
}
