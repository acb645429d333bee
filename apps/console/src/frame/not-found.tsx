import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Empty } from '../components/states.tsx'

/** For an address that is no page, or names something that is not there. */
export function NotFound() {
  return (
    <Empty
      title="There is nothing at this address"
      action={<Anchor renderRoot={(props) => <Link to="/console" {...props} />}>Overview</Anchor>}
    >
      It may have been deleted, or belong to another tenant.
    </Empty>
  )
}
