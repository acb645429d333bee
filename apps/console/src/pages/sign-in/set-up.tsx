import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { callApi } from '../../api/call-api.ts'
import { useAsk } from '../../api/use-api.ts'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { DoorPage } from './door-page.tsx'
import { saidTwice } from './said-twice.ts'
import { useFragment } from './use-fragment.ts'

/** `/setup#…`: where the link that the server printed leads. The first account runs the installation. */
export function SetUp() {
  const secret = useFragment()
  const { data: methods } = useAsk('showSignInMethods', {})
  if (methods?.setup === 'done') {
    return (
      <DoorPage title="This installation is set up">
        <p>Its first account exists, so the setup link opens nothing any more. Whoever runs it can invite you.</p>
        <Button fullWidth renderRoot={(props) => <Link to="/sign-in" {...props} />}>
          Sign in
        </Button>
      </DoorPage>
    )
  }
  return <Form secret={secret} />
}

function Form({ secret }: { readonly secret: string }) {
  const fields = useFields({ tenantName: '', name: '', email: '', password: '', repeated: '' })
  const queries = useQueryClient()
  const navigate = useNavigate()
  const submit = async () => {
    const { repeated, name, ...first } = fields.values
    saidTwice(fields)
    await callApi('setUp', { body: { secret, ...first, name: name.trim() || undefined } })
    queries.clear()
    await navigate({ to: '/console' })
  }
  return (
    <DoorPage
      title="Set up this installation"
      intro="The first account runs the installation, and owns the first tenant: the space in which its certificate authorities live."
    >
      {secret === '' && (
        <Notice tone="bad" role="alert">
          <p>Open this page by the whole link that the server printed at its start: what follows # is missing.</p>
        </Notice>
      )}
      <ServerForm fields={fields} submit="Create account" onSubmit={submit} isWide isDisabled={secret === ''}>
        <TextInput
          label="Name of the tenant"
          description="Your organization, or anything that you know it by."
          autoComplete="organization"
          {...fields.bind('tenantName')}
        />
        <TextInput label="Your name" autoComplete="name" {...fields.bind('name')} />
        <TextInput
          label="E-mail address"
          description="You sign in with it."
          type="email"
          autoComplete="username"
          {...fields.bind('email')}
        />
        <PasswordField
          label="Password"
          description="12 characters or more."
          autoComplete="new-password"
          {...fields.bind('password')}
        />
        <PasswordField label="Password again" autoComplete="new-password" {...fields.bind('repeated')} />
      </ServerForm>
    </DoorPage>
  )
}
