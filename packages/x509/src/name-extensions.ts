import type { Infer } from './der/codec.ts'
import { DerError } from './der/der-error.ts'
import { implicit, octetString, smallInteger } from './der/primitives.ts'
import { mapped, oneOrMore, optional, sequence, withDefault } from './der/structures.ts'
import type { ExtensionType } from './extensions.ts'
import { type GeneralName, GeneralNames, generalName } from './general-name.ts'
import { formatNetwork, parseNetwork } from './ip-address.ts'

/** Other names of subject and issuer, and which names a CA may give. */

/** subjectAltName (RFC 5280 §4.2.1.6). */
export const SubjectAltName: ExtensionType<readonly GeneralName[]> = {
  id: '2.5.29.17',
  name: 'subjectAltName',
  codec: GeneralNames,
}

/** issuerAltName (RFC 5280 §4.2.1.7). */
export const IssuerAltName: ExtensionType<readonly GeneralName[]> = {
  id: '2.5.29.18',
  name: 'issuerAltName',
  codec: GeneralNames,
}

/** iPAddress in a name constraint: an address and a mask, here as text such as `10.0.0.0/8` (RFC 5280 §4.2.1.10). */
const Network = mapped(
  octetString,
  (octets) => {
    const half = octets.length / 2
    const network = { address: octets.subarray(0, half), mask: octets.subarray(half) }
    const text = half === 4 || half === 16 ? formatNetwork(network) : undefined
    if (text === undefined) throw new DerError('expected an IP network: 8 or 32 octets, a mask without holes')
    return text
  },
  (text) => {
    const network = parseNetwork(text)
    if (network === undefined) throw new DerError(`"${text.slice(0, 90)}" is not an IP network such as 10.0.0.0/8`)
    return Uint8Array.from([...network.address, ...network.mask])
  },
)

/**
 * RFC 5280 §4.2.1.10, which wants minimum 0 and no maximum; others are refused, for they would mean something else.
 *
 *     GeneralSubtree ::= SEQUENCE {
 *          base                    GeneralName,
 *          minimum         [0]     BaseDistance DEFAULT 0,
 *          maximum         [1]     BaseDistance OPTIONAL }
 */
const GeneralSubtreeSyntax = mapped(
  sequence({ base: generalName(Network), minimum: withDefault(implicit(0, smallInteger), 0) }),
  ({ base, minimum }): GeneralSubtree => {
    if (minimum !== 0) throw new DerError('a minimum distance is not supported')
    return { base }
  },
  ({ base }) => ({ base, minimum: 0 }),
)

/** All names below `base`: a domain, `example.com` or `.example.com`; a network, `10.0.0.0/8`; a directory name; and so on. */
export interface GeneralSubtree {
  readonly base: GeneralName
}

const Subtrees = oneOrMore(GeneralSubtreeSyntax)
const NameConstraintsSyntax = sequence({
  permitted: optional(implicit(0, Subtrees)),
  excluded: optional(implicit(1, Subtrees)),
})

/**
 * nameConstraints (RFC 5280 §4.2.1.10)
 *
 *     NameConstraints ::= SEQUENCE {
 *          permittedSubtrees       [0]     GeneralSubtrees OPTIONAL,
 *          excludedSubtrees        [1]     GeneralSubtrees OPTIONAL }
 */
export const NameConstraints: ExtensionType<NameConstraints> = {
  id: '2.5.29.30',
  name: 'nameConstraints',
  codec: NameConstraintsSyntax,
}
export type NameConstraints = Infer<typeof NameConstraintsSyntax>
