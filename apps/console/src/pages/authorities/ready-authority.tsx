import { Anchor, Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import type { System } from './routes.ts'
import { RootIsTrusted, TrustRoot, useRootAbove } from './trust-root.tsx'

const page = getRouteApi('/console/authorities/$id/ready')

/** After a CA was made: what there is now, and what to do next. */
export function ReadyAuthority() {
  const { id } = page.useParams()
  const { data: authority, error, refetch } = useAsk('showAuthority', { params: { id } })
  const root = useRootAbove(id)
  if (authority === undefined && error) return <Failed error={error} onRetry={refetch} />
  if (authority === undefined) return <Loading lines={8} />
  return (
    <>
      <PageHeader
        title={`${authority.name} is ready`}
        intro="It signs certificates, answers whether they are revoked, and has a template for web servers."
        actions={
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/console/authorities/$id" params={{ id }} {...props} />}
          >
            Show CA
          </Button>
        }
      />
      <FirstCertificate authority={id} />
      {root !== undefined && root.id !== id ? (
        <Card title="Trust">
          <RootIsTrusted root={root} />
        </Card>
      ) : (
        <Trust id={id} />
      )}
      {authority.parent === undefined && <Below id={id} />}
    </>
  )
}

function FirstCertificate({ authority }: { readonly authority: string }) {
  const { data } = useAsk('listTemplates', { query: { authority, limit: 1 } })
  const template = data?.items[0]
  return (
    <Card
      title="Issue the first certificate"
      intro="A template says what a certificate looks like. Web Server is for HTTPS: names in the request, 397 days."
    >
      {template !== undefined && (
        <>
          <Button
            mr="md"
            renderRoot={(props) => <Link to="/console/requests/new" search={{ template: template.id }} {...props} />}
          >
            Issue a certificate
          </Button>
          <Anchor renderRoot={(props) => <Link to="/console/templates/$id" params={{ id: template.id }} {...props} />}>
            Look at the template
          </Anchor>
        </>
      )}
    </Card>
  )
}

function Trust({ id }: { readonly id: string }) {
  const [system, setSystem] = useState<System>(systemHere())
  return (
    <Card title="Trust it" intro="Each device that is to trust its certificates has to be told once.">
      <TrustRoot id={id} system={system} onSystem={setSystem} />
    </Card>
  )
}

function Below({ id }: { readonly id: string }) {
  return (
    <Card
      title="A CA below it"
      intro="Many let an intermediate CA do the daily work, so that the root’s key is rarely used and a lost intermediate can be replaced without telling every device again."
    >
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/console/authorities/new" search={{ ca: id }} {...props} />}
      >
        Create an intermediate
      </Button>
    </Card>
  )
}

const BY_AGENT: readonly (readonly [RegExp, System])[] = [
  [/iphone|ipad/i, 'ios'],
  [/android/i, 'android'],
  [/windows/i, 'windows'],
  [/mac os/i, 'macos'],
]

/** The system of this browser: what is looked for first is likely there. */
function systemHere(): System {
  return BY_AGENT.find(([agent]) => agent.test(navigator.userAgent))?.[1] ?? 'linux'
}
