import { Anchor, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { callApi } from '../../api/call-api.ts'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { DoorPage } from './door-page.tsx'

/** For who forgot their password: a link goes to their address. */
export function ForgotPassword() {
  const fields = useFields({ email: '' })
  const [isAsked, setAsked] = useState(false)
  const submit = async () => {
    await callApi('askForPassword', { body: fields.values })
    setAsked(true)
  }
  return (
    <DoorPage title="New password" intro="A link to set a new one goes to your address. It works once, for an hour.">
      {isAsked ? (
        <Notice tone="good" role="status">
          <p>If there is an account with this address, the link is on its way. Look for it in your mail.</p>
        </Notice>
      ) : (
        <ServerForm fields={fields} submit="Send link" onSubmit={submit} isWide>
          <TextInput label="E-mail address" type="email" autoComplete="username" autoFocus {...fields.bind('email')} />
        </ServerForm>
      )}
      <p className="hint">
        <Anchor inherit underline="always" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
          Back to sign-in
        </Anchor>
      </p>
    </DoorPage>
  )
}
