import { useRouter } from '@tanstack/react-router'

/** Asks again who is signed in: the frame shows it too. */
export function useRefreshAccount(): () => Promise<void> {
  const router = useRouter()
  return async () => {
    await router.options.context.queries.invalidateQueries({ queryKey: ['above', 'showAccount'] })
    await router.invalidate()
  }
}
