import { Anchor, TextInput } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useAct } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Empty } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useMay } from '../../frame/use-may.ts'

/** What a tenant without a CA shows on every page: make the first one. Only a name is needed. */
export function FirstSteps() {
  const may = useMay()
  if (!may('administrator', undefined)) {
    return (
      <>
        <PageHeader title="Nothing here yet" />
        <Empty title="This tenant has no certificate authority that you can see">
          An administrator creates the first one, or gives you a role for it.
        </Empty>
      </>
    )
  }
  return <FirstAuthority />
}

function FirstAuthority() {
  const fields = useFields({ name: '' }, () => 'name')
  const act = useAct('createAuthority')
  const navigate = useNavigate()
  const submit = async () => {
    const subject = [{ type: 'commonName', value: fields.values.name.trim() }]
    const { id } = await act.run({ body: { kind: 'root', subject } })
    await navigate({
      to: '/console/authorities/$id/ready',
      params: { id },
      search: ({ tenant }) => ({ tenant, ca: id }),
    })
  }
  return (
    <>
      <PageHeader
        title="Create your first CA"
        intro="A certificate authority signs certificates: for your servers, devices and people. Devices that trust it trust them all."
      />
      <Card>
        <ServerForm
          fields={fields}
          submit="Create CA"
          onSubmit={submit}
          cancel={
            <Anchor
              size="sm"
              style={{ alignSelf: 'center', marginLeft: '0.5rem' }}
              renderRoot={(props) => <Link to="/console/authorities/new" {...props} />}
            >
              More options
            </Anchor>
          }
        >
          <TextInput
            label="Name"
            description="People see it when they look at a certificate. It cannot be changed later."
            placeholder="Example Root CA"
            required
            autoFocus
            {...fields.bind('name')}
          />
        </ServerForm>
      </Card>
      <p className="hint">
        You get a root with an ECDSA P-256 key, valid for 10 years. Have one already?{' '}
        <Anchor
          size="sm"
          inherit
          underline="always"
          renderRoot={(props) => <Link to="/console/authorities/import" {...props} />}
        >
          Import it
        </Anchor>
        .
      </p>
    </>
  )
}
