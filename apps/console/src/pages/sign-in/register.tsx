import { Anchor, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { callApi } from '../../api/call-api.ts'
import { useAsk } from '../../api/use-api.ts'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { type Fields, useFields } from '../../components/use-fields.ts'
import { DoorPage } from './door-page.tsx'
import { saidTwice } from './said-twice.ts'

/** Where one makes an account with a tenant of its own, while registration is open. */
export function Register() {
  const { data: methods, error } = useAsk('showSignInMethods', {})
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
      {error ? <Failed error={error} /> : methods === undefined && <Loading />}
      {methods !== undefined && <Form byMail={methods.byMail} />}
      <p className="hint">{signIn}</p>
    </DoorPage>
  )
}

function Form({ byMail }: { readonly byMail: boolean }) {
  const [isMailed, setMailed] = useState(false)
  const fields = useFields({ email: '', name: '', tenantName: '', password: '', repeated: '' })
  const queries = useQueryClient()
  const navigate = useNavigate()
  const submit = async () => {
    const { email, name, tenantName, password } = fields.values
    if (!byMail) saidTwice(fields)
    const names = { name: name.trim() || undefined, tenantName: tenantName.trim() || undefined }
    const made = await callApi('register', { body: { email, ...names, password: byMail ? undefined : password } })
    if ('state' in made) return setMailed(true)
    queries.clear()
    await navigate({ to: '/console' })
  }
  if (isMailed) {
    return (
      <Notice tone="good" role="status">
        <p>A mail is on its way to {fields.values.email.trim()}. The link in it works once, for an hour.</p>
        <p>If none comes, look whether the address is right, and register again.</p>
      </Notice>
    )
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
      {byMail ? (
        <p className="hint">A link to choose your password goes to the address.</p>
      ) : (
        <Passwords fields={fields} />
      )}
    </ServerForm>
  )
}

function Passwords({
  fields,
}: {
  readonly fields: Pick<Fields<{ readonly password: string; readonly repeated: string }>, 'bind'>
}) {
  return (
    <>
      <PasswordField
        label="Password"
        description="12 characters or more."
        autoComplete="new-password"
        {...fields.bind('password')}
      />
      <PasswordField label="Password again" autoComplete="new-password" {...fields.bind('repeated')} />
    </>
  )
}
