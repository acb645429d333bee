import { Anchor, Button, Divider, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { callApi } from '../../api/call-api.ts'
import type { SignInMethods } from '../../api/operations.ts'
import { knowsPasskeys, signInByPasskey } from '../../api/passkeys.ts'
import { addressIn, asksForCode } from '../../api/sign-in-answers.ts'
import { useAsk } from '../../api/use-api.ts'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { DoorPage } from './door-page.tsx'
import { GiveCode } from './give-code.tsx'
import { providerErrorWords } from './provider-errors.ts'

const signInApi = getRouteApi('/sign-in')

/** Where one comes in: by password and code, by passkey, or by a provider. */
export function SignIn() {
  const { to = '/console', error } = signInApi.useSearch()
  const { data: methods } = useAsk('showSignInMethods', {})
  const [needsCode, setNeedsCode] = useState(false)
  const queries = useQueryClient()
  const router = useRouter()
  const enter = () => {
    queries.clear()
    router.history.push(to)
  }
  if (needsCode) return <GiveCode onEnter={enter} onBack={() => setNeedsCode(false)} />
  return (
    <DoorPage title="Sign in">
      {error !== undefined && (
        <Notice tone="bad" role="alert">
          <p>{providerErrorWords(error)}</p>
        </Notice>
      )}
      {methods?.setup === 'due' && (
        <Notice tone="wait" title="There is no account yet">
          <p>Open the setup link that the server printed when it started.</p>
        </Notice>
      )}
      <Password onCode={() => setNeedsCode(true)} onEnter={enter} />
      {methods !== undefined && <OtherWays methods={methods} to={to} onEnter={enter} />}
    </DoorPage>
  )
}

function Password({ onCode, onEnter }: { readonly onCode: () => void; readonly onEnter: () => void }) {
  const fields = useFields({ email: '', password: '' })
  const submit = async () => {
    const answer = await callApi('signInByPassword', { body: fields.values })
    if (asksForCode(answer)) onCode()
    else onEnter()
  }
  return (
    <ServerForm fields={fields} submit="Sign in" onSubmit={submit} isWide>
      <TextInput label="E-mail address" type="email" autoComplete="username" autoFocus {...fields.bind('email')} />
      <PasswordField label="Password" autoComplete="current-password" {...fields.bind('password')} />
    </ServerForm>
  )
}

function OtherWays({
  methods: { passkeys, providers, registration, passwordReset },
  to,
  onEnter,
}: {
  readonly methods: SignInMethods
  readonly to: string
  readonly onEnter: () => void
}) {
  const [error, setError] = useState<unknown>()
  const hasPasskeys = passkeys.available && knowsPasskeys()
  const begin = (provider: string) =>
    callApi('signInByProvider', { body: { provider, callbackURL: to, errorCallbackURL: '/sign-in' } }).then(
      (answer) => location.assign(addressIn(answer) ?? '/sign-in'),
      setError,
    )
  return (
    <>
      {(hasPasskeys || providers.length > 0) && <Divider my="md" label="or" labelPosition="center" />}
      <div className="stack">
        {error !== undefined && <Failed error={error} />}
        {hasPasskeys && (
          <Button variant="default" fullWidth onClick={() => void signInByPasskey().then(onEnter, setError)}>
            Sign in with a passkey
          </Button>
        )}
        {providers.map(({ id, name }) => (
          <Button key={id} variant="default" fullWidth onClick={() => void begin(id)}>
            Sign in with {name}
          </Button>
        ))}
      </div>
      {passwordReset === 'by-mail' && (
        <p className="hint">
          <Anchor inherit underline="always" renderRoot={(props) => <Link to="/forgot-password" {...props} />}>
            Forgot your password?
          </Anchor>
        </p>
      )}
      {!passkeys.available && passkeys.why !== '' && <p className="hint">{passkeys.why}</p>}
      {registration === 'open' && (
        <p className="hint">
          No account yet?{' '}
          <Anchor inherit underline="always" renderRoot={(props) => <Link to="/register" {...props} />}>
            Create one
          </Anchor>
        </p>
      )}
    </>
  )
}
