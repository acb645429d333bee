import { DerError, equalBytes, formatNetwork, type IpNetwork, NameSyntaxError, parseNetwork } from '@chancery/x509'
import { subtreeOf } from './certificate-extensions.ts'
import { domainProblem } from './domain-name.ts'
import { mailAddressProblem } from './mail-address.ts'
import type { Profile, Subtree } from './profile.ts'
import type { Problem } from './refusal.ts'

const MOST_SUBTREES = 200

/** What is wrong with name constraints as they were typed, with JSON pointers into the object that holds them. */
export function checkNameConstraints(constraints: Profile['nameConstraints'], isCa: boolean): Problem[] {
  if (constraints === undefined) return []
  const { permitted, excluded } = constraints
  const field = '/nameConstraints'
  if (!isCa) return [problem(field, 'Name constraints are for CAs.')]
  if (permitted.length + excluded.length === 0)
    return [problem(field, 'Give a permitted or an excluded subtree, or leave name constraints out.')]
  if (permitted.length + excluded.length > MOST_SUBTREES)
    return [problem(field, `There are at most ${MOST_SUBTREES} subtrees.`)]
  return (['permitted', 'excluded'] as const).flatMap((list) =>
    constraints[list].flatMap((subtree, at) => {
      const fault = subtreeProblem(subtree)
      return fault === undefined ? [] : [problem(`${field}/${list}/${at}`, fault)]
    }),
  )
}

/** What is wrong with a subtree, as a sentence; `undefined` when nothing is (RFC 5280 §4.2.1.10). */
function subtreeProblem(subtree: Subtree): string | undefined {
  const { type, value } = subtree
  const quoted = `"${value.slice(0, 100)}"`
  switch (type) {
    case 'ip':
      return networkProblem(quoted, parseNetwork(value))
    case 'directoryName':
      return directoryNameProblem(subtree)
    case 'dns':
      // The empty domain holds all names: excluded, it forbids them.
      return value === '' ? undefined : sentence(quoted, domainProblem(value))
    case 'email':
    case 'upn':
      return value.includes('@') && !value.startsWith('@')
        ? sentence(quoted, mailAddressProblem(value))
        : sentence(quoted, domainProblem(value.replace(/^\./, '')))
    default:
      return sentence(quoted, domainProblem(value.replace(/^\./, '')))
  }
}

/** Verifiers that do not mask the address of a network would find nothing in one that has more bits. */
function networkProblem(quoted: string, network: IpNetwork | undefined): string | undefined {
  if (network === undefined) return `${quoted} is not a network such as 10.0.0.0/8.`
  const address = network.address.map((octet, at) => octet & (network.mask[at] ?? 0))
  if (equalBytes(address, network.address)) return undefined
  return `${quoted} has bits behind its prefix: ${formatNetwork({ ...network, address })} is the network.`
}

function directoryNameProblem(subtree: Subtree): string | undefined {
  try {
    subtreeOf(subtree)
    return undefined
  } catch (error) {
    if (error instanceof DerError || error instanceof NameSyntaxError)
      return `The directory name is none: ${error.message}.`
    throw error
  }
}

function sentence(quoted: string, fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${quoted} ${fault}.`
}

function problem(field: string, detail: string): Problem {
  return { field, cites: 'RFC 5280 §4.2.1.10', detail }
}
