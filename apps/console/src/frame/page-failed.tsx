import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { problemOf } from '../api/api-problem.ts'
import { Failed } from '../components/states.tsx'
import { NotFound } from './not-found.tsx'

/** In place of a page that cannot be shown. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  if (problemOf(error).status === 404) return <NotFound />
  const retry = async () => {
    reset()
    await router.invalidate()
  }
  return <Failed error={error} onRetry={retry} />
}
