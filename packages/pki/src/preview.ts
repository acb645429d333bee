import type { CertificateRequest, IgnoredExtension } from './certificate-request.ts'
import type { EncodedDraft, LintFinding } from './draft.ts'
import { encodeDraft } from './encode-draft.ts'
import { type Overrides, withOverrides } from './enrollment-policy.ts'
import { fillTemplate } from './fill-template.ts'
import type { Issuer } from './issuer.ts'
import { ignoredExtensions, ignoredNames, judgeCounts, judgeRequest } from './judge-request.ts'
import { findings } from './lint.ts'
import { type Problem, Refusal } from './refusal.ts'
import type { Template } from './template.ts'

/** The certificate that a request would become, and all that speaks against it. */
export interface Preview {
  /** Absent when no certificate can be made at all; `problems` then says why. */
  readonly encoded?: EncodedDraft
  /** What would refuse the request. */
  readonly problems: readonly Problem[]
  /** What the lints say of the certificate, warnings too. */
  readonly findings: readonly LintFinding[]
  /** Requested extensions that are not copied. */
  readonly ignored: readonly IgnoredExtension[]
  /** Requested attributes and names that the template does not take, one line of text each. */
  readonly ignoredNames: readonly string[]
}

/** What is shown before it is asked for. */
export interface PreviewInput {
  readonly request: CertificateRequest
  readonly overrides?: Overrides
  readonly template: Pick<Template, 'name' | 'profile'>
  readonly issuer: Issuer
  readonly keyIdentifier: Uint8Array
  readonly now: number
}

/** Shows, without refusing, what would happen: same judges, same lints. The serial number in it is a stand-in. */
export function preview(input: PreviewInput): Preview {
  const { template, issuer, keyIdentifier, now } = input
  const problems: Problem[] = []
  const request = orNote(problems, () => withOverrides(input.request, input.overrides, template)) ?? input.request
  for (const { code: _, ...problem } of judgeRequest(request, template)) problems.push(problem)
  const isTooMuch = judgeCounts(request).length > 0
  const encoded = orNote(problems, () => {
    if (isTooMuch) return undefined
    const fill = { serialNumber: STAND_IN, keyIdentifier, now }
    return encodeDraft(fillTemplate({ profile: template.profile, request }, issuer, fill))
  })
  return {
    ...(encoded && { encoded }),
    problems,
    findings: encoded === undefined ? [] : findings(encoded.tbs, issuer),
    ignored: ignoredExtensions(request, template.profile),
    ignoredNames: ignoredNames(request, template.profile),
  }
}

/** Sixteen octets that nobody takes for a real serial number. */
const STAND_IN = 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5an

function orNote<T>(problems: Problem[], attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    problems.push(...(error.problems.length > 0 ? error.problems : [{ detail: error.message }]))
    return undefined
  }
}
