import { PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { callApi } from '../../api/call-api.ts'
import { ServerForm } from '../../components/server-form.tsx'
import { useFields } from '../../components/use-fields.ts'
import { DoorPage } from './door-page.tsx'

const signInApi = getRouteApi('/sign-in')

/** Where one comes in. */
export function SignIn() {
  const { to = '/console' } = signInApi.useSearch()
  const fields = useFields({ email: '', password: '' })
  const queries = useQueryClient()
  const router = useRouter()
  const submit = async () => {
    await callApi('signInByPassword', { body: fields.values })
    queries.clear()
    router.history.push(to)
  }
  return (
    <DoorPage title="Sign in">
      <ServerForm fields={fields} submit="Sign in" onSubmit={submit} isWide>
        <TextInput label="E-mail address" type="email" autoComplete="username" {...fields.bind('email')} />
        <PasswordInput label="Password" autoComplete="current-password" {...fields.bind('password')} />
      </ServerForm>
    </DoorPage>
  )
}
