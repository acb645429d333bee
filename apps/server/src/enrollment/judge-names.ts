import { type KeyTurns, KeyUnavailable } from '@chancery/keys'
import {
  type CertificateRequest,
  type Overrides,
  type Preview,
  type Problem,
  problemOf,
  type Template,
} from '@chancery/pki'
import type { KeyType } from '@chancery/x509'
import type { Issuers } from '../issuers/issuers.ts'
import { previewCertificate } from './preview-certificate.ts'
import { standInKey } from './stand-in-key.ts'

interface Judges {
  readonly issuers: Issuers
  readonly turns: KeyTurns
  readonly now: () => number
}

/** A request that nobody has a key for yet. */
export type UnkeyedRequest = Omit<CertificateRequest, 'publicKey' | 'csr'>

/** As `judgeUnkeyed` does it in one tenant. */
export type JudgeUnkeyed = (
  template: Template,
  request: UnkeyedRequest,
  keyTypes: readonly KeyType[],
) => Promise<readonly Problem[] | undefined>

/**
 * All that speaks against certifying these names by a template now, for a key that nobody has yet. What depends on the key is judged
 * when it is there.
 */
export async function judgeNames(
  template: Template,
  overrides: Overrides,
  judges: Judges,
): Promise<readonly Problem[]> {
  const [keyType = 'ecdsa-p256'] = template.profile.keyTypes
  return allOf(await previewCertificate({ keyType, overrides, template }, judges))
}

/**
 * The same of a request as it will be made, for a key of any of these types: what speaks against it whichever that will be. `undefined`
 * where nobody can tell, since no stand-in key can be made now.
 */
export async function judgeUnkeyed(
  template: Template,
  request: UnkeyedRequest,
  keyTypes: readonly KeyType[],
  judges: Judges,
): Promise<readonly Problem[] | undefined> {
  let first: readonly Problem[] | undefined
  try {
    for (const keyType of oneOfEachKind(keyTypes)) {
      const publicKey = await standInKey(keyType, judges.turns)
      const shown = { request: { ...request, publicKey }, keyType, template }
      const problems = allOf(await previewCertificate(shown, judges))
      if (problems.length === 0) return problems
      first ??= problems
    }
  } catch (error) {
    if (error instanceof KeyUnavailable) return undefined
    throw error
  }
  return first
}

/** What a template says of keys it says of a kind: RSA keys may encipher. Those that take longest to make are tried last. */
function oneOfEachKind(keyTypes: readonly KeyType[]): readonly KeyType[] {
  const kinds = [...Map.groupBy(keyTypes, (type) => type.split('-')[0] ?? type).values()]
  const firsts = kinds.flatMap(([first]) => first ?? [])
  const slowness = (type: KeyType) => (/^(ecdsa|ed)/.test(type) ? 0 : type.startsWith('rsa') ? 2 : 1)
  return firsts.toSorted((a, b) => slowness(a) - slowness(b))
}

function allOf({ problems, findings }: Preview): readonly Problem[] {
  return [...problems, ...findings.filter(({ severity }) => severity === 'error').map(problemOf)]
}
