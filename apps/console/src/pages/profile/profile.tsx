import { TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { Account } from '../../api/operations.ts'
import { useAct } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { providerErrorWords } from '../sign-in/provider-errors.ts'
import { Logins } from './logins.tsx'
import { Passkeys } from './passkeys.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Sessions } from './sessions.tsx'
import { useRefreshAccount } from './use-refresh-account.ts'

const consoleApi = getRouteApi('/console')
const page = getRouteApi('/console/profile')

/** How one signs in, and where one is signed in. */
export function Profile() {
  const { account } = consoleApi.useRouteContext()
  const { error } = page.useSearch()
  return (
    <>
      <PageHeader title="Profile" intro={account.email} />
      {error !== undefined && (
        <Notice tone="bad" role="alert">
          <p>{providerErrorWords(error)}</p>
        </Notice>
      )}
      <Name account={account} />
      <Password />
      <Passkeys />
      <SecondFactor isOn={account.secondFactor} />
      <Logins />
      <Sessions />
    </>
  )
}

function Name({ account }: { readonly account: Account }) {
  const fields = useFields({ name: account.name })
  const act = useAct('renameAccount')
  const tell = useTell()
  const refresh = useRefreshAccount()
  const submit = async () => {
    await act.run({ body: fields.values })
    await refresh()
    tell('Your name is saved.')
  }
  return (
    <Card title="Name">
      <ServerForm fields={fields} submit="Save name" onSubmit={submit}>
        <TextInput label="Name" autoComplete="name" {...fields.bind('name')} />
      </ServerForm>
    </Card>
  )
}

const NO_PASSWORDS = { currentPassword: '', newPassword: '' }

function Password() {
  const fields = useFields(NO_PASSWORDS, (pointer) => (pointer === '/password' ? 'newPassword' : pointer.slice(1)))
  const act = useAct('changePassword')
  const tell = useTell()
  const submit = async () => {
    await act.run({ body: fields.values })
    fields.set('currentPassword', '')
    fields.set('newPassword', '')
    tell('Your password is changed. Every other session has ended.')
  }
  return (
    <Card title="Password" intro="Changing it ends every other session.">
      <ServerForm fields={fields} submit="Change password" onSubmit={submit}>
        <PasswordField label="Current password" autoComplete="current-password" {...fields.bind('currentPassword')} />
        <PasswordField
          label="New password"
          description="12 characters or more."
          autoComplete="new-password"
          {...fields.bind('newPassword')}
        />
      </ServerForm>
    </Card>
  )
}
