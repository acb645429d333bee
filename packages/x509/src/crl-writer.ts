import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import { concatBytes } from './bytes.ts'
import { CRL_REASON_NUMBERS, type CrlReason, DeltaCrlIndicator } from './crl-extensions.ts'
import { DerError } from './der/der-error.ts'
import { bitString, explicit, integer, smallInteger } from './der/primitives.ts'
import { optional } from './der/structures.ts'
import { TAG } from './der/tag.ts'
import { NO_EXPIRATION, time5280 } from './der/time.ts'
import { type Extension, Extensions } from './extensions.ts'
import { Name } from './name.ts'

/** What a CRL says beside its entries. Times are milliseconds; `nextUpdate` is mandatory (RFC 5280 §5.1.2.5). */
export interface CrlFields {
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly issuer: Name
  readonly thisUpdate: number
  readonly nextUpdate: number
  /** At least the authority key identifier and the CRL number (RFC 5280 §5.2.1, §5.2.3). */
  readonly extensions: readonly Extension[]
  /** How many entries will come: a hint, so that the writer takes its memory once. */
  readonly expectedEntries?: number
}

/** Tag and length of an element below 4 GB. */
const LONGEST_HEADER = 6
/** An entry with a serial number of 20 octets, a reason and an invalidity date, rounded up. */
const USUAL_ENTRY = 80
/** Longer serial numbers than RFC 5280 §4.1.2.2 allows are carried, as long as an entry's length stays one octet. */
const LONGEST_SERIAL = 64
const LONGEST_ENTRY = 128
/** Behind the entries: extensions, algorithm and the longest signature there is (SLH-DSA-256f: 49,856 octets). */
const TAIL = 52_000

const FIRST_TIME = Date.parse('0000-01-01T00:00:00Z')
const FIRST_UTC_TIME = Date.UTC(1950, 0)
const FIRST_GENERALIZED = Date.UTC(2050, 0)

const crlExtensions = optional(explicit(0, Extensions))

/** The extension in front of its one octet of value: SEQUENCE { 2.5.29.21, OCTET STRING { ENUMERATED } }. */
const REASON = Uint8Array.fromHex('300a0603551d1504030a01')
/** The extension in front of its 15 characters: SEQUENCE { 2.5.29.24, OCTET STRING { GeneralizedTime } }. */
const INVALIDITY_DATE = Uint8Array.fromHex('30180603551d180411180f')

/**
 * Writes a version 2 CRL (RFC 5280 §5.1) whose entries come one by one, a million of them if need be. They go straight into one
 * buffer and stay where they are: what stands in front of them is written once their length is known, into room that was left
 * for it, and so is the outer header once there is a signature.
 *
 * What is returned are views of that buffer, which is larger than they are.
 */
export class CrlWriter {
  readonly #algorithm: Uint8Array
  readonly #head: Uint8Array
  readonly #extensions: Uint8Array
  readonly #isDelta: boolean
  readonly #entriesAt: number
  readonly #date = new Date(0)
  readonly #serial = new DataView(new ArrayBuffer(24))
  readonly #serialOctets = new Uint8Array(this.#serial.buffer)
  #buffer: Uint8Array<ArrayBuffer>
  #end: number
  #count = 0
  /** Where the finished TBSCertList stands. */
  #tbs: { readonly start: number; readonly end: number } | undefined

  constructor(fields: CrlFields) {
    this.#algorithm = AlgorithmIdentifier.encode(fields.signatureAlgorithm)
    this.#head = concatBytes(
      smallInteger.encode(1),
      this.#algorithm,
      Name.encode(fields.issuer),
      time5280.encode(fields.thisUpdate),
      time5280.encode(fields.nextUpdate),
    )
    this.#extensions = crlExtensions.encode(fields.extensions.length > 0 ? fields.extensions : undefined)
    this.#isDelta = fields.extensions.some(({ id }) => id === DeltaCrlIndicator.id)
    this.#entriesAt = this.#head.length + 3 * LONGEST_HEADER
    this.#end = this.#entriesAt
    this.#buffer = new Uint8Array(this.#end + (fields.expectedEntries ?? 100) * USUAL_ENTRY + TAIL)
  }

  /** How many entries there are so far. */
  get count(): number {
    return this.#count
  }

  /**
   * Adds an entry. The serial number is a number or the octets of a positive one, most significant first. Times are milliseconds.
   * `unspecified` is left out, `removeFromCRL` refused outside a delta CRL (RFC 5280 §5.3.1). Throws `DerError`, and the CRL is
   * then as it was before.
   */
  add(serialNumber: bigint | Uint8Array, revokedAt: number, reason?: CrlReason, invalidityDate?: number): void {
    if (this.#tbs !== undefined) throw new Error('a finished CRL takes no more entries')
    if (reason === 'removeFromCRL' && !this.#isDelta) throw new DerError('removeFromCRL belongs in delta CRLs only')
    checkTime(revokedAt)
    if (invalidityDate !== undefined) checkTime(invalidityDate)
    this.#reserve(LONGEST_ENTRY)

    const start = this.#end
    this.#end += 2
    this.#writeSerial(serialNumber, start)
    this.#writeRevokedAt(revokedAt)
    if ((reason !== undefined && reason !== 'unspecified') || invalidityDate !== undefined) {
      const extensionsAt = this.#end
      this.#end += 2
      if (reason !== undefined && reason !== 'unspecified') {
        this.#write(REASON)
        this.#buffer[this.#end++] = CRL_REASON_NUMBERS[reason]
      }
      if (invalidityDate !== undefined) {
        this.#write(INVALIDITY_DATE)
        this.#writeTime(invalidityDate, 4)
      }
      this.#closeShort(extensionsAt)
    }
    this.#closeShort(start)
    this.#count++
  }

  /** The DER of the TBSCertList: what is to be signed. Without entries there is no list of them (RFC 5280 §5.1.2.6). */
  finish(): Uint8Array {
    this.#tbs ??= this.#close()
    return this.#buffer.subarray(this.#tbs.start, this.#tbs.end)
  }

  /** The DER of the CertificateList; `signature` is what X.509 carries in its BIT STRING. */
  finishSigned(signature: Uint8Array): Uint8Array {
    this.#tbs ??= this.#close()
    const { start, end } = this.#tbs
    const signatureValue = bitString.encode(signature)
    this.#end = end
    this.#reserve(this.#algorithm.length + signatureValue.length)
    this.#write(this.#algorithm)
    this.#write(signatureValue)
    return this.#buffer.subarray(this.#headerBefore(start, this.#end - start), this.#end)
  }

  #close(): { readonly start: number; readonly end: number } {
    const entriesEnd = this.#end
    this.#reserve(this.#extensions.length)
    this.#write(this.#extensions)
    let at = this.#entriesAt
    if (this.#count > 0) at = this.#headerBefore(at, entriesEnd - at)
    at -= this.#head.length
    this.#buffer.set(this.#head, at)
    return { start: this.#headerBefore(at, this.#end - at), end: this.#end }
  }

  #writeSerial(serialNumber: bigint | Uint8Array, start: number): void {
    if (typeof serialNumber !== 'bigint') {
      this.#writeInteger(serialNumber, start)
    } else if (serialNumber >= 0n && serialNumber >> 192n === 0n) {
      this.#serial.setBigUint64(0, serialNumber >> 128n)
      this.#serial.setBigUint64(8, serialNumber >> 64n)
      this.#serial.setBigUint64(16, serialNumber)
      this.#writeInteger(this.#serialOctets, start)
    } else {
      const element = integer.encode(serialNumber)
      if (element.length - 2 > LONGEST_SERIAL) this.#refuseSerial(start)
      this.#write(element)
    }
  }

  /** An INTEGER from octets that count as positive: superfluous zeros go, the one in front of a first bit that is set comes. */
  #writeInteger(octets: Uint8Array, start: number): void {
    let from = 0
    while (from < octets.length - 1 && octets[from] === 0) from++
    const padding = (octets[from] ?? 0) >= 0x80 ? 1 : 0
    const length = octets.length - from + padding
    if (octets.length === 0 || length > LONGEST_SERIAL) this.#refuseSerial(start)
    this.#buffer[this.#end++] = TAG.integer
    this.#buffer[this.#end++] = length
    if (padding === 1) this.#buffer[this.#end++] = 0
    for (; from < octets.length; from++) this.#buffer[this.#end++] = octets[from] ?? 0
  }

  #refuseSerial(start: number): never {
    this.#end = start
    throw new DerError(`a serial number of no octets or of more than ${LONGEST_SERIAL}`)
  }

  /** Time ::= CHOICE: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §5.1.2.6). */
  #writeRevokedAt(at: number): void {
    const isUtcTime = at >= FIRST_UTC_TIME && at < FIRST_GENERALIZED
    this.#buffer[this.#end++] = isUtcTime ? TAG.utcTime : TAG.generalizedTime
    this.#buffer[this.#end++] = isUtcTime ? 13 : 15
    this.#writeTime(at, isUtcTime ? 2 : 4)
  }

  #writeTime(at: number, yearDigits: 2 | 4): void {
    const date = this.#date
    date.setTime(at)
    const year = date.getUTCFullYear()
    if (yearDigits === 4) this.#writeTwoDigits(Math.floor(year / 100))
    this.#writeTwoDigits(year % 100)
    this.#writeTwoDigits(date.getUTCMonth() + 1)
    this.#writeTwoDigits(date.getUTCDate())
    this.#writeTwoDigits(date.getUTCHours())
    this.#writeTwoDigits(date.getUTCMinutes())
    this.#writeTwoDigits(date.getUTCSeconds())
    this.#buffer[this.#end++] = 0x5a
  }

  #writeTwoDigits(number: number): void {
    this.#buffer[this.#end++] = 0x30 + Math.floor(number / 10)
    this.#buffer[this.#end++] = 0x30 + (number % 10)
  }

  #write(octets: Uint8Array): void {
    this.#buffer.set(octets, this.#end)
    this.#end += octets.length
  }

  /** The header of a SEQUENCE of at most 127 octets, in the two octets left for it at `start`. */
  #closeShort(start: number): void {
    this.#buffer[start] = TAG.sequence
    this.#buffer[start + 1] = this.#end - start - 2
  }

  /** Writes the header of a SEQUENCE of `length` octets so that it ends at `at`; returns where it begins. */
  #headerBefore(at: number, length: number): number {
    let start = at
    if (length < 0x80) {
      this.#buffer[--start] = length
    } else {
      for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) this.#buffer[--start] = rest % 256
      this.#buffer[start - 1] = 0x80 | (at - start)
      start--
    }
    this.#buffer[--start] = TAG.sequence
    return start
  }

  #reserve(octets: number): void {
    if (this.#end + octets <= this.#buffer.length) return
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#end + octets + TAIL))
    larger.set(this.#buffer.subarray(0, this.#end))
    // The old memory goes at once, not when it is collected: of a million entries that would be twice the CRL. To let it grow by
    // `transfer` would fill the new end with zeros, while memory that nobody has touched yet costs nothing.
    this.#buffer.buffer.transfer(0)
    this.#buffer = larger
  }
}

function checkTime(at: number): void {
  if (!(at >= FIRST_TIME && at < NO_EXPIRATION + 1000)) throw new DerError('a time outside the years 0 to 9999')
}
