import { PageHeader } from '../../components/page-header.tsx'

/** What a tenant without a CA shows: make the first one. */
export function FirstSteps() {
  return (
    <PageHeader
      title="Create your first CA"
      intro="A certificate authority signs certificates. Everything else here follows from it."
    />
  )
}
