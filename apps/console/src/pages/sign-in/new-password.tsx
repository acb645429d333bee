import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { callApi } from '../../api/call-api.ts'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { DoorPage } from './door-page.tsx'
import { saidTwice } from './said-twice.ts'
import { useFragment } from './use-fragment.ts'

/** `/new-password#…`: where the link of a letter leads. */
export function NewPassword() {
  const token = useFragment()
  const fields = useFields({ password: '', repeated: '' })
  const [isSet, setSet] = useState(false)
  const submit = async () => {
    saidTwice(fields)
    await callApi('setPassword', { body: { token, password: fields.values.password } })
    setSet(true)
  }
  if (isSet) {
    return (
      <DoorPage title="Your password is set" intro="Every session of your account has ended.">
        <Button fullWidth renderRoot={(props) => <Link to="/sign-in" {...props} />}>
          Sign in
        </Button>
      </DoorPage>
    )
  }
  return (
    <DoorPage title="Set a new password" intro="Every session of your account ends. A second factor stays.">
      {token === '' && (
        <Notice tone="bad" role="alert">
          <p>Open this page by the whole link in the letter: what follows # is missing.</p>
        </Notice>
      )}
      <ServerForm fields={fields} submit="Set password" onSubmit={submit} isWide isDisabled={token === ''}>
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
