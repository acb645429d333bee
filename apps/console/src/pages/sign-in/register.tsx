import { Anchor, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { callApi } from '../../api/call-api.ts'
import { useAsk } from '../../api/use-api.ts'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { useFields } from '../../components/use-fields.ts'
import { DoorPage } from './door-page.tsx'
import { saidTwice } from './said-twice.ts'

/** Where one makes an account with a tenant of its own, while registration is open. */
export function Register() {
  const { data: methods } = useAsk('showSignInMethods', {})
  const signIn = (
    <Anchor size="sm" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
      Sign in instead
    </Anchor>
  )
  if (methods?.registration === 'closed') {
    return (
      <DoorPage title="Registration is closed">
        <p>Accounts are made by invitation here. Ask whoever runs this installation, or a tenant in it.</p>
        {signIn}
      </DoorPage>
    )
  }
  return (
    <DoorPage title="Create an account">
      <Form />
      <p className="hint">{signIn}</p>
    </DoorPage>
  )
}

function Form() {
  const fields = useFields({ email: '', name: '', tenantName: '', password: '', repeated: '' })
  const queries = useQueryClient()
  const navigate = useNavigate()
  const submit = async () => {
    const { email, name, tenantName, password } = fields.values
    saidTwice(fields)
    const body = { email, password, name: name.trim() || undefined, tenantName: tenantName.trim() || undefined }
    await callApi('register', { body })
    queries.clear()
    await navigate({ to: '/console' })
  }
  return (
    <ServerForm fields={fields} submit="Create account" onSubmit={submit} isWide>
      <TextInput label="E-mail address" type="email" autoComplete="username" {...fields.bind('email')} />
      <TextInput label="Your name" autoComplete="name" {...fields.bind('name')} />
      <TextInput
        label="Name of your tenant"
        description="The space in which your certificate authorities live. Empty: your name."
        autoComplete="organization"
        {...fields.bind('tenantName')}
      />
      <PasswordField
        label="Password"
        description="12 characters or more."
        autoComplete="new-password"
        {...fields.bind('password')}
      />
      <PasswordField label="Password again" autoComplete="new-password" {...fields.bind('repeated')} />
    </ServerForm>
  )
}
