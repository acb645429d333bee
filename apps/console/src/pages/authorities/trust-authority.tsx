import { Anchor } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { RootIsTrusted, TrustRoot, useRootAbove } from './trust-root.tsx'

const page = getRouteApi('/console/authorities/$id/trust')

/** What has to be done on each device, so that it trusts what this CA issues. */
export function TrustAuthority() {
  const { id } = page.useParams()
  const { system = 'windows' } = page.useSearch()
  const navigate = page.useNavigate()
  const { data } = useAsk('showAuthority', { params: { id } })
  const root = useRootAbove(id)
  const name = data?.name ?? ''
  return (
    <>
      <PageHeader
        title={`Trust ${root?.name ?? name}`}
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/authorities/$id" params={{ id }} {...props} />}>
            {name}
          </Anchor>
        }
        intro="Each device that is to trust its certificates has to be told once. Whoever trusts a root trusts all that is issued below it."
      />
      {root !== undefined && root.id !== id && <RootIsTrusted root={root} />}
      <Card>
        <TrustRoot
          id={root?.id ?? id}
          system={system}
          onSystem={(chosen) =>
            void navigate({ search: (all) => ({ ...all, system: chosen }), replace: true, resetScroll: false })
          }
        />
      </Card>
    </>
  )
}
