import { Anchor } from '@mantine/core'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { problemOf } from '../api/api-problem.ts'
import { PageHeader } from '../components/page-header.tsx'
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
  return (
    <>
      <PageHeader title="This page cannot be shown" />
      <Failed error={error} onRetry={retry} />
      <Anchor renderRoot={(props) => <Link to="/console" search={{ ca: undefined, tenant: undefined }} {...props} />}>
        Overview
      </Anchor>
    </>
  )
}
