import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ObserveIssuance } from '../issuance/observed.ts'
import type { ObserveSignature } from '../issuers/issuers.ts'
import type { ObserveHttp } from '../platform/http-server.ts'
import type { ObserveOcsp } from '../revocation/answer-ocsp.ts'
import { MOST_GENERATIONS } from './operations-state.ts'

/** What the parts of a server tell, and the registry that keeps it. */
export interface Meters {
  readonly registry: Registry
  readonly observe: {
    readonly issuance: ObserveIssuance
    readonly signature: ObserveSignature
    readonly ocsp: ObserveOcsp
  }
  readonly http: ObserveHttp
  readonly onCommit: (members: number, durationMs: number) => void
}

/** Of the process, and told again under other names; `_total` is for what only grows. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']
/** Seconds: from an answer of memory to what somebody gives up waiting for. */
const LATENCIES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const MEMBERS = [1, 2, 4, 8, 16, 32, 64]

/**
 * Makes the meters. Labels are words of our own (ways, outcomes, patterns of routes, kinds of keys) and public ids of generations,
 * so many at the most: nothing that a tenant or a stranger names becomes a label.
 */
export function createMeters(version: string): Meters {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  const registers = [registry]
  new Gauge({
    name: 'chancery_build_info',
    help: 'Always 1; says which release this is and which Node.js it runs on.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1)
  return {
    registry,
    observe: { issuance: issuanceMeter(registers), signature: signatureMeter(registers), ocsp: ocspMeter(registers) },
    http: httpMeter(registers),
    onCommit: commitMeter(registers),
  }
}

function issuanceMeter(registers: Registry[]): ObserveIssuance {
  const requests = new Counter({
    name: 'chancery_issuance_total',
    help: 'Requests for certificates, by how the right to ask was earned and what became of them.',
    labelNames: ['way', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'chancery_issuance_duration_seconds',
    help: 'From a request to its answer, by way; refusals are not counted.',
    labelNames: ['way'],
    buckets: LATENCIES,
    registers,
  })
  return (way) => {
    const startedAt = performance.now()
    return (outcome) => {
      requests.inc({ way, outcome })
      if (outcome === 'issued') duration.observe({ way }, (performance.now() - startedAt) / 1000)
    }
  }
}

function signatureMeter(registers: Registry[]): ObserveSignature {
  const signatures = new Counter({
    name: 'chancery_signatures_total',
    help: 'Signatures asked of keys of CAs, by what they are for.',
    labelNames: ['use', 'key_type', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'chancery_signature_duration_seconds',
    help: 'From asking a key of a CA to its signature, waiting for a turn included.',
    labelNames: ['use', 'key_type'],
    buckets: LATENCIES,
    registers,
  })
  const available = new Gauge({
    name: 'chancery_key_available',
    help: 'Whether the key of a generation was at hand when it was last asked: 1 or 0.',
    labelNames: ['generation'],
    registers,
  })
  const told = new Set<string>()
  return ({ use, keyType: key_type, generation }) => {
    const startedAt = performance.now()
    return (outcome) => {
      signatures.inc({ use, key_type, outcome })
      if (outcome === 'signed') duration.observe({ use, key_type }, (performance.now() - startedAt) / 1000)
      // A key that is away is told of first: those that never were make no label when there are many.
      if (
        !told.has(generation) &&
        (told.size >= 2 * MOST_GENERATIONS || (outcome === 'signed' && told.size >= MOST_GENERATIONS))
      )
        return
      told.add(generation)
      available.set({ generation }, outcome === 'signed' ? 1 : 0)
    }
  }
}

function ocspMeter(registers: Registry[]): ObserveOcsp {
  const answers = new Counter({
    name: 'chancery_ocsp_answers_total',
    help: 'Answers of OCSP: kept from before, signed for the request, or an error.',
    labelNames: ['answer'],
    registers,
  })
  return (answer) => answers.inc({ answer })
}

/** Those that somebody takes. Node knows thirty more, and a stranger could have each of them counted at each address. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

function httpMeter(registers: Registry[]): ObserveHttp {
  // Counted here and handed over when somebody asks: an answer from memory takes 50 microseconds, and a labelled counter one.
  const counts = new Map<string, { readonly labels: Parameters<ObserveHttp>[0]; count: number }>()
  new Counter({
    name: 'chancery_http_requests_total',
    help: 'Answered requests, by the pattern of their route.',
    labelNames: ['method', 'route', 'status'],
    registers,
    collect() {
      this.reset()
      for (const { labels, count } of counts.values()) this.inc(labels, count)
    },
  })
  const duration = new Histogram({
    name: 'chancery_http_request_duration_seconds',
    help: 'From the head of a request to its answer, by the pattern of its route.',
    labelNames: ['method', 'route'],
    buckets: LATENCIES,
    registers,
  })
  return (answer, durationMs) => {
    const method = METHODS.has(answer.method) ? answer.method : 'other'
    const labels = { ...answer, method }
    const { route, status } = labels
    const key = `${status} ${method} ${route}`
    const counted = counts.get(key)
    if (counted === undefined) counts.set(key, { labels, count: 1 })
    else counted.count++
    if (durationMs !== undefined) duration.observe({ method, route }, durationMs / 1000)
  }
}

function commitMeter(registers: Registry[]): Meters['onCommit'] {
  const members = new Histogram({
    name: 'chancery_commit_transactions',
    help: 'Transactions that one COMMIT of the database carried.',
    buckets: MEMBERS,
    registers,
  })
  const duration = new Histogram({
    name: 'chancery_commit_duration_seconds',
    help: 'How long a COMMIT of the database took.',
    buckets: LATENCIES,
    registers,
  })
  return (count, durationMs) => {
    members.observe(count)
    duration.observe(durationMs / 1000)
  }
}
