import { algorithmIdentifier, CrlNumber, CrlWriter, makeExtension, makeName } from '../../src/index.ts'

const FIRST = Date.UTC(2020, 0)

/** The serial number of the entry with this index: 16 octets, each its own. */
export function serialNumberAt(index: number, into: Uint8Array): Uint8Array {
  into.fill(0x5a)
  for (let at = 4, rest = index; at >= 1; at--, rest = Math.floor(rest / 256)) into[at] = rest % 256
  return into
}

export function revokedAt(index: number): number {
  return FIRST + index * 1000
}

/** What making a CRL of this many entries, each with a reason, took of time on the processor and of memory outside the heap. */
export function measureLargeCrl(entries: number): {
  readonly crl: Uint8Array
  readonly seconds: number
  readonly octets: number
} {
  const serialNumber = new Uint8Array(16)
  const memory = process.memoryUsage().arrayBuffers
  const before = process.cpuUsage()
  const writer = new CrlWriter({
    signatureAlgorithm: algorithmIdentifier('ecdsa-sha256'),
    issuer: makeName([[{ type: '2.5.4.3', value: 'Example CA' }]]),
    thisUpdate: FIRST,
    nextUpdate: FIRST + 1,
    extensions: [makeExtension(CrlNumber, 1n)],
    expectedEntries: entries,
  })
  for (let index = 0; index < entries; index++)
    writer.add(serialNumberAt(index, serialNumber), revokedAt(index), 'keyCompromise')
  writer.finish()
  const crl = writer.finishSigned(new Uint8Array(70))
  const used = process.cpuUsage(before)
  return {
    crl,
    seconds: (used.user + used.system) / 1e6,
    octets: process.memoryUsage().arrayBuffers - memory,
  }
}
