import { createHmac } from 'node:crypto'

/** Before the base64 of the key: leaked secrets are found by it. The form of Standard Webhooks. */
const PREFIX = 'whsec_'

/** A secret as its receiver gets it. */
export function secretText(key: Uint8Array): string {
  return `${PREFIX}${Buffer.from(key).toString('base64')}`
}

/** What is signed: id, moment and body, so that no delivery can be passed off as another, or sent again later. */
export interface Signed {
  readonly id: string
  /** Seconds since the epoch. */
  readonly timestamp: number
  readonly body: string
}

/** The signature header: one signature for each key, so that receivers may change theirs when it suits them. */
export function signatures({ id, timestamp, body }: Signed, keys: readonly Uint8Array[]): string {
  return keys
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64')}`)
    .join(' ')
}
