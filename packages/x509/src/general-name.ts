import { type Codec, codec, type Infer } from './der/codec.ts'
import { DerError } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { any, explicit, implicit, octetString } from './der/primitives.ts'
import { ia5String, utf8String } from './der/strings.ts'
import { choice, mapped, oneOrMore, sequence } from './der/structures.ts'
import { TAG } from './der/tag.ts'
import { formatIp, parseIp } from './ip-address.ts'
import { Name } from './name.ts'
import { nameToString } from './name-string.ts'

/** A name of any kind. `ip` is text (RFC 5952); `uri`, `dns` and `email` are as they stand in the certificate, A-labels included. */
export type GeneralName =
  | { readonly type: 'dns' | 'ip' | 'email' | 'uri' | 'upn' | 'registeredId'; readonly value: string }
  | { readonly type: 'directoryName'; readonly value: Name }
  /** Any otherName but a UPN; `value` is DER. */
  | { readonly type: 'otherName'; readonly typeId: Oid; readonly value: Uint8Array }
  /** x400Address and ediPartyName, kept as they are: `der` is the whole GeneralName. */
  | { readonly type: 'unsupported'; readonly der: Uint8Array }
export type GeneralNameType = GeneralName['type']

/** Microsoft's user principal name, an otherName that holds a UTF8String: `alice@corp.example`. */
export const UPN: Oid = '1.3.6.1.4.1.311.20.2.3'

/** An IP address: 4 or 16 octets (RFC 5280 §4.2.1.6). */
const IpAddress = mapped(
  octetString,
  (octets) => {
    const text = formatIp(octets)
    if (text === undefined) throw new DerError(`an IP address has 4 or 16 octets, not ${octets.length}`)
    return text
  },
  (text) => {
    const octets = parseIp(text)
    if (octets === undefined) throw new DerError(`"${text.slice(0, 50)}" is not an IP address`)
    return octets
  },
)

/** GeneralName (RFC 5280 §4.2.1.6) with plain addresses, as in the alternative names and everywhere but in name constraints. */
export const GeneralName: Codec<GeneralName> = generalName(IpAddress)

/** GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName (RFC 5280 §4.2.1.6) */
export const GeneralNames = oneOrMore(GeneralName)

/** The name as one line of text, its type in front: `dns:www.example.com`, `directoryName:CN=Alice,O=Example`. */
export function generalNameToString(name: GeneralName): string {
  switch (name.type) {
    case 'directoryName':
      return `${name.type}:${nameToString(name.value)}`
    case 'otherName':
      return `${name.type}:${name.typeId}=#${name.value.toHex()}`
    case 'unsupported':
      return `${name.type}:#${name.der.toHex()}`
    default:
      return `${name.type}:${name.value}`
  }
}

/**
 * The codec for GeneralName with `ip` for what iPAddress holds, which is a network in name constraints (RFC 5280 §4.2.1.6)
 *
 *     GeneralName ::= CHOICE {
 *          otherName                       [0]     OtherName,
 *          rfc822Name                      [1]     IA5String,
 *          dNSName                         [2]     IA5String,
 *          x400Address                     [3]     ORAddress,
 *          directoryName                   [4]     Name,
 *          ediPartyName                    [5]     EDIPartyName,
 *          uniformResourceIdentifier       [6]     IA5String,
 *          iPAddress                       [7]     OCTET STRING,
 *          registeredID                    [8]     OBJECT IDENTIFIER }
 *
 *     OtherName ::= SEQUENCE {
 *          type-id    OBJECT IDENTIFIER,
 *          value      [0] EXPLICIT ANY DEFINED BY type-id }
 */
export function generalName(ip: typeof IpAddress): Codec<GeneralName> {
  const Alternatives = choice({
    dns: implicit(2, ia5String),
    ip: implicit(7, ip),
    email: implicit(1, ia5String),
    uri: implicit(6, ia5String),
    otherName: implicit(0, sequence({ typeId: oid, value: explicit(0, any) })),
    directoryName: explicit(4, Name),
    registeredId: implicit(8, oid),
    unsupported: codec<Uint8Array>({
      tags: [0xa3, 0xa5],
      write: (out, der) => out.octets(der),
      read: (input) => input.element(),
    }),
  })
  return mapped<Infer<typeof Alternatives>, GeneralName>(
    Alternatives,
    (found) => {
      switch (found.kind) {
        case 'otherName':
          return isUpn(found.value)
            ? { type: 'upn', value: utf8String.decode(found.value.value) }
            : { type: 'otherName', ...found.value }
        case 'unsupported':
          return { type: 'unsupported', der: found.value }
        case 'directoryName':
          return { type: 'directoryName', value: found.value }
        default:
          return { type: found.kind, value: found.value }
      }
    },
    (name) => {
      switch (name.type) {
        case 'upn':
          return { kind: 'otherName', value: { typeId: UPN, value: utf8String.encode(name.value) } }
        case 'otherName':
          return { kind: 'otherName', value: { typeId: name.typeId, value: name.value } }
        case 'unsupported':
          return { kind: 'unsupported', value: name.der }
        case 'directoryName':
          return { kind: 'directoryName', value: name.value }
        default:
          return { kind: name.type, value: name.value }
      }
    },
  )
}

function isUpn({ typeId, value }: { readonly typeId: Oid; readonly value: Uint8Array }): boolean {
  return typeId === UPN && value[0] === TAG.utf8String
}
