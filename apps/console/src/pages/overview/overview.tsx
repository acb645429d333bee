import { PageHeader } from '../../components/page-header.tsx'

/** The first page: what the tenant holds. */
export function Overview() {
  return <PageHeader title="Overview" />
}
