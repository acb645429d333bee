import { type AuthHandler, openBetterAuth } from './better-auth.ts'
import { answers, type OpenedProvider } from './provider-config.ts'
import type { SignInParts } from './sign-in-parts.ts'

const ASK_AGAIN_MS = 10_000

/**
 * better-auth with the providers that answer. It asks all it is given at once and without a bound on time, so one that hangs would
 * hold up everybody's sign-in: one that does not answer is left out, and asked again when somebody wants it.
 */
export function authHandlers(
  parts: SignInParts,
  providers: readonly OpenedProvider[],
): (provider: string | undefined) => Promise<AuthHandler> {
  const usable = new Set<string>()
  const askedAt = new Map<string, number>()
  let handler = openBetterAuth(parts, [])

  const ask = async (wanted: readonly OpenedProvider[]) => {
    for (const { id } of wanted) askedAt.set(id, parts.now())
    const answered = await Promise.all(wanted.map((provider) => answers(provider, parts.log)))
    const found = wanted.filter((_, index) => answered[index])
    if (found.length === 0) return
    for (const { id } of found) usable.add(id)
    handler = openBetterAuth(
      parts,
      providers.filter(({ id }) => usable.has(id)),
    )
  }
  let asking = ask(providers)

  return async (id) => {
    const wanted = providers.find((provider) => provider.id === id)
    if (wanted === undefined || usable.has(wanted.id)) return handler
    await asking
    if (!usable.has(wanted.id) && parts.now() - (askedAt.get(wanted.id) ?? 0) >= ASK_AGAIN_MS) {
      asking = ask([wanted])
      await asking
    }
    return handler
  }
}
