import type { Codec, Infer } from './der/codec.ts'
import { DerError, inField } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { boolean, octetString } from './der/primitives.ts'
import { mapped, oneOrMore, sequence, withDefault } from './der/structures.ts'

/**
 * An extension of a certificate, a request, a CRL or an OCSP message; `value` is the DER inside extnValue. RFC 5280 §4.1:
 *
 *     Extension  ::=  SEQUENCE  {
 *          extnID      OBJECT IDENTIFIER,
 *          critical    BOOLEAN DEFAULT FALSE,
 *          extnValue   OCTET STRING }
 */
export const Extension = sequence({ id: oid, critical: withDefault(boolean, false), value: octetString })
export type Extension = Infer<typeof Extension>

/** Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension, each at most once (RFC 5280 §4.2). */
export const Extensions: Codec<readonly Extension[]> = mapped(oneOrMore(Extension), eachOnce, eachOnce)

/** What one extension holds: the rows of the standard, beside their grammar in the `…-extensions.ts` files. */
export interface ExtensionType<T> {
  readonly id: Oid
  /** The standard's name without its prefix, e.g. `keyUsage`. */
  readonly name: string
  readonly codec: Codec<T>
}

/** An extension with this value. */
export function makeExtension<T>(type: ExtensionType<T>, value: T, critical = false): Extension {
  return { id: type.id, critical, value: inField(type.name, () => type.codec.encode(value)) }
}

/** The value of the extension of this type; `undefined` when there is none. Throws `DerError` when it is broken. */
export function findExtension<T>(extensions: readonly Extension[], type: ExtensionType<T>): T | undefined {
  const extension = extensions.find(({ id }) => id === type.id)
  return extension === undefined ? undefined : inField(type.name, () => type.codec.decode(extension.value))
}

function eachOnce(extensions: readonly Extension[]): readonly Extension[] {
  // Of the few extensions that certificates have, comparing each with those before it is faster than a set.
  const repeated = extensions.length > MANY ? repeatedAmongMany(extensions) : repeatedAmongFew(extensions)
  if (repeated !== undefined) throw new DerError(`the extension ${repeated} is there twice`)
  return extensions
}
const MANY = 24

function repeatedAmongFew(extensions: readonly Extension[]): Oid | undefined {
  return extensions.find(({ id }, at) => extensions.findIndex((other) => other.id === id) < at)?.id
}

function repeatedAmongMany(extensions: readonly Extension[]): Oid | undefined {
  const seen = new Set<Oid>()
  for (const { id } of extensions) {
    if (seen.has(id)) return id
    seen.add(id)
  }
  return undefined
}
