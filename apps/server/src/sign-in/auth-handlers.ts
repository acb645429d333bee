import type { Scheme } from '../accounts/session-of.ts'
import type { AuthHandler } from './better-auth.ts'
import { answers, type OpenedProvider } from './provider-config.ts'
import type { SignInParts } from './sign-in-parts.ts'

const ASK_AGAIN_MS = 10_000

/** better-auth as calls are answered by it. */
export interface AuthHandlers {
  /** Asks every provider now: so that whoever runs this hears of one that does not answer before somebody wants it. */
  askAll(): Promise<void>
  /** What answers a call that came by this scheme, and wants this provider or none. */
  handlerFor(scheme: Scheme, provider: string | undefined): Promise<AuthHandler>
}

/**
 * better-auth with the providers that answer. It asks all it is given at once and without a bound on time, so one that hangs would
 * hold up everybody's sign-in: one that does not answer is left out, and asked again when somebody wants it. None is asked before
 * then or `askAll`: a process that is busy with its start would take an answer that it did not read for none.
 */
export function authHandlers(parts: SignInParts, providers: readonly OpenedProvider[]): AuthHandlers {
  const usable = new Set<string>()
  const asked = new Map<string, { readonly at: number; readonly answered: Promise<void> }>()
  const handlers = new Map<Scheme, AuthHandler>()

  const ask = async (provider: OpenedProvider): Promise<void> => {
    if (!(await answers(provider, parts.log))) return
    usable.add(provider.id)
    handlers.clear()
  }
  const askInTime = (provider: OpenedProvider): Promise<void> => {
    const last = asked.get(provider.id)
    if (last !== undefined && parts.now() - last.at < ASK_AGAIN_MS) return last.answered
    const answered = ask(provider)
    asked.set(provider.id, { at: parts.now(), answered })
    return answered
  }
  return {
    askAll: async () => void (await Promise.all(providers.map(askInTime))),
    handlerFor: async (scheme, id) => {
      const wanted = providers.find((provider) => provider.id === id)
      if (wanted !== undefined && !usable.has(wanted.id)) await askInTime(wanted)
      const those = providers.filter((provider) => usable.has(provider.id))
      // Four modules in ten of a server are better-auth's: loaded by the first call, and never where machines alone call.
      const { openBetterAuth } = await import('./better-auth.ts')
      const handler = handlers.get(scheme) ?? openBetterAuth(parts, those, scheme)
      handlers.set(scheme, handler)
      return handler
    },
  }
}
