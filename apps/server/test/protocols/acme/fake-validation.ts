import type {
  CaaQuestion,
  ChallengeToValidate,
  ChallengeValidation,
  ValidationError,
  ValidationResult,
} from '../../../src/protocols/acme/challenge-validation.ts'

/** A world in which what is said to be proven is proven: a challenge is valid when its identifier is in `proven`. */
export function fakeValidation(): ChallengeValidation & {
  /** Identifiers whose challenges are fulfilled. */
  readonly proven: Set<string>
  /** Identifiers whose challenges are not fulfilled yet, and may be at the next look. */
  readonly slow: Set<string>
  /** Identifiers whose CAA records forbid it. */
  readonly forbidden: Set<string>
  /** What challenges of these identifiers, and CAA records of these, fail with. */
  readonly failing: Map<string, ValidationError>
  readonly asked: (ChallengeToValidate | CaaQuestion)[]
  /** Addresses that are connected to by no means, and why. */
  readonly never: Map<string, string>
} {
  const proven = new Set<string>()
  const slow = new Set<string>()
  const forbidden = new Set<string>()
  const failing = new Map<string, ValidationError>()
  const asked: (ChallengeToValidate | CaaQuestion)[] = []
  const never = new Map<string, string>()
  return {
    proven,
    slow,
    forbidden,
    failing,
    asked,
    never,
    whyNever: async (address) => never.get(address),
    validate: async (challenge) => {
      asked.push(challenge)
      const { type, identifier, token } = challenge
      if (forbidden.has(identifier.value)) return caaFailure(identifier.value)
      const error = failing.get(identifier.value)
      if (error !== undefined) return failure(error, `${type} ${identifier.value}`)
      if (proven.has(identifier.value))
        return { result: 'valid', steps: [step(`${type} ${identifier.value}`, 'proven')] }
      return {
        result: 'failed',
        worthRetry: slow.has(identifier.value),
        error: { type: 'incorrectResponse', detail: `Nothing at ${identifier.value} says "${token}".` },
        steps: [step(`${type} ${identifier.value}`, 'nothing')],
      }
    },
    newCaaCheck: () => async (question) => {
      asked.push(question)
      const { value } = question.identifier
      if (forbidden.has(value)) return caaFailure(value)
      const error = failing.get(value)
      if (error !== undefined) return failure(error, `CAA ${value}`)
      return { result: 'valid', steps: [] }
    },
  }
}

function caaFailure(name: string): ValidationResult {
  return {
    result: 'failed',
    worthRetry: false,
    error: { type: 'caa', detail: `The CAA records of ${name} name other issuers.` },
    steps: [step(`CAA ${name}`, '0 issue ";"')],
  }
}

function failure(error: ValidationError, asked: string): ValidationResult {
  return { result: 'failed', worthRetry: false, error, steps: [step(asked, 'what it was not to')] }
}

function step(asked: string, cameBack: string) {
  return { asked, from: '127.0.0.1:53', cameBack, tookMs: 1 }
}
