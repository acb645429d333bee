import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Certificate } from '@chancery/api'
import type { RunningChancery } from '../../support/running-chancery.ts'
import { PATIENCE_MS } from '../../support/until.ts'
import type { LaidOutChain } from '../chain-checks.ts'
import { addressesIn } from './relying-party.ts'

/** Revokes the leaf; gives its certificate as the API shows it then. */
export function revoke(
  chancery: RunningChancery,
  { id }: Pick<LaidOutChain, 'id'>,
  body: { readonly reason: string; readonly invalidityDate?: string },
): Promise<Certificate> {
  return chancery.api<Certificate>('POST', `/certificates/${id}/revoke`, body)
}

/** Ends the hold of the leaf. */
export function unrevoke(chancery: RunningChancery, { id }: Pick<LaidOutChain, 'id'>): Promise<Certificate> {
  return chancery.api<Certificate>('POST', `/certificates/${id}/unrevoke`)
}

/** Fetches the CRL that the leaf names, again and again, until its text is as wanted: gives the text. It stays as `issuer.crl`. */
export async function untilCrl(
  { bench, files }: LaidOutChain,
  isWanted: (text: string) => boolean,
  address?: string,
): Promise<string> {
  const from = address ?? (await addressesIn(bench, files.leaf)).crl
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    await bench.fetch(from, 'issuer.crl')
    const text = await bench.succeed('openssl', 'crl', '-inform', 'DER', '-in', 'issuer.crl', '-noout', '-text')
    if (isWanted(text)) {
      await bench.succeed('openssl', 'crl', '-inform', 'DER', '-in', 'issuer.crl', '-out', 'issuer.crl.pem')
      return text
    }
    assert.ok(performance.now() < deadline, `no such CRL within ${PATIENCE_MS} ms; the newest is\n${text}`)
    await sleep(250)
  }
}

/** The serial number of the leaf as OpenSSL writes it. */
export function serialNumberOf({ files }: LaidOutChain): string {
  const [leaf] = files.certificates
  assert.ok(leaf)
  return leaf.serialNumber
}

/** A moment as OpenSSL writes it: `Nov 24 03:20:15 2026 GMT`. */
export function asOpensslWrites(timestamp: string): string {
  const [, day = '', month = '', year = '', time = ''] = new Date(timestamp).toUTCString().split(' ')
  return `${month} ${day.replace(/^0/, ' ')} ${time} ${year} GMT`
}
