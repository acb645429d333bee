import { Anchor, Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { problemOf } from '../../api/api-problem.ts'
import { callApi } from '../../api/call-api.ts'
import type { AcceptedInvitation, Account, ShownInvitation } from '../../api/operations.ts'
import { askFor } from '../../api/use-api.ts'
import { Facts } from '../../components/card.tsx'
import { Moment } from '../../components/moment.tsx'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { rememberTenant } from '../../frame/remembered-tenant.ts'
import { roleLabel } from '../../words/roles.ts'
import { DoorPage } from './door-page.tsx'
import { saidTwice } from './said-twice.ts'
import { useFragment } from './use-fragment.ts'

/** Keeps the link's secret while somebody signs in to accept, in this tab alone. */
const KEPT = 'chancery.invitation'

/** `/invitation#…`: who invites to what, and accepting it. */
export function Invitation() {
  const fragment = useFragment()
  const [kept] = useState(() => sessionStorage.getItem(KEPT) ?? '')
  // Of a link that is opened while another one is, the newer counts.
  const token = fragment || kept
  const shown = useQuery({
    queryKey: ['above', 'invitation', token],
    queryFn: () => callApi('lookAtInvitation', { body: { token } }),
    enabled: token !== '',
    retry: false,
  })
  const account = useQuery({ ...askFor(undefined, 'showAccount', {}), retry: false })
  const [isOpen, isOver] = [shown.data !== undefined, shown.error !== null && problemOf(shown.error).status === 404]
  useEffect(() => {
    if (isOpen) sessionStorage.setItem(KEPT, token)
    else if (isOver) sessionStorage.removeItem(KEPT)
  }, [token, isOpen, isOver])

  if (token === '') {
    return (
      <DoorPage title="Invitation">
        <Notice tone="bad" role="alert">
          <p>Open this page by the whole link that you were given: what follows # is missing.</p>
        </Notice>
      </DoorPage>
    )
  }
  if (shown.error) {
    return (
      <DoorPage title="Invitation">
        <Failed error={shown.error} />
        {isOver && (
          <p className="hint">
            If you accepted it before, <SignInLink>sign in</SignInLink>. Otherwise ask whoever invited you to send it
            again: a newer mail may be waiting already.
          </p>
        )}
      </DoorPage>
    )
  }
  if (shown.data === undefined || account.isPending) {
    return (
      <DoorPage title="Invitation">
        <Loading />
      </DoorPage>
    )
  }
  return <Shown key={token} token={token} invitation={shown.data} account={account.data} />
}

function Shown({
  token,
  invitation,
  account,
}: {
  readonly token: string
  readonly invitation: ShownInvitation
  readonly account: Account | undefined
}) {
  const { tenant, invitedBy, email, role, authority, expiresAt, bound, provider, accountExists } = invitation
  const title = `Join ${tenant}`
  return (
    <DoorPage
      title={title}
      intro={`${invitedBy ?? 'Somebody'} invites ${email} as ${roleLabel(role).toLowerCase()}${authority === undefined ? '' : ` of ${authority}`}.`}
    >
      <div style={{ marginBottom: '1rem' }}>
        <Facts items={[['Good until', <Moment key="until" at={expiresAt} />]]} />
      </div>
      {account !== undefined ? (
        <Accept token={token} signedInAs={account.email} {...(bound && { boundTo: email })} />
      ) : accountExists || provider !== undefined ? (
        <SignInFirst {...(provider !== undefined && { provider })} />
      ) : (
        <>
          <NewAccount token={token} email={email} />
          {!bound && (
            <p className="hint">
              Or <SignInLink to="/invitation">sign in with an account that you have</SignInLink>, and accept with it.
            </p>
          )}
        </>
      )}
    </DoorPage>
  )
}

function useAccepted(): (accepted: AcceptedInvitation) => Promise<void> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async ({ tenant }) => {
    sessionStorage.removeItem(KEPT)
    // Who has other tenants as well sees first what they were invited to.
    rememberTenant(tenant)
    queries.clear()
    await navigate({ to: '/console' })
  }
}

function Accept({
  token,
  signedInAs,
  boundTo,
}: {
  readonly token: string
  readonly signedInAs: string
  /** The one address whose account may accept; absent: any. */
  readonly boundTo?: string
}) {
  const fields = useFields({})
  const done = useAccepted()
  const queries = useQueryClient()
  const submit = async () => {
    await done(await callApi('acceptInvitation', { body: { token } }))
  }
  const leave = async () => {
    await callApi('signOut', { body: {} })
    queries.removeQueries({ queryKey: ['above', 'showAccount'] })
    location.reload()
  }
  if (boundTo !== undefined && boundTo !== signedInAs) {
    return (
      <>
        <Notice tone="wait" title={`This invitation is for ${boundTo}`}>
          <p>You are signed in as {signedInAs}. Sign out, and open it with the account of that address.</p>
        </Notice>
        <Button fullWidth onClick={() => void leave()}>
          Sign out
        </Button>
      </>
    )
  }
  return (
    <ServerForm
      fields={fields}
      submit="Accept"
      onSubmit={submit}
      isWide
      cancel={
        <Button variant="subtle" size="xs" onClick={() => void leave()}>
          You are {signedInAs}: sign out
        </Button>
      }
    >
      {null}
    </ServerForm>
  )
}

function SignInFirst({ provider }: { readonly provider?: string }) {
  return (
    <>
      <p>
        {provider === undefined
          ? 'There is an account with this address. Sign in to accept.'
          : `Sign in by ${provider} to accept.`}
      </p>
      <Button fullWidth renderRoot={(props) => <Link to="/sign-in" search={{ to: '/invitation' }} {...props} />}>
        Sign in
      </Button>
    </>
  )
}

function NewAccount({ token, email }: { readonly token: string; readonly email: string }) {
  const fields = useFields({ name: '', password: '', repeated: '' }, lastPart)
  const done = useAccepted()
  const submit = async () => {
    saidTwice(fields)
    const { name, password } = fields.values
    const accepted = await callApi('acceptInvitation', { body: { token, account: { name, password } } })
    await callApi('signInByPassword', { body: { email, password } })
    await done(accepted)
  }
  return (
    <ServerForm fields={fields} submit="Create account and accept" onSubmit={submit} isWide>
      <TextInput label="Your name" autoComplete="name" {...fields.bind('name')} />
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

function SignInLink({ to, children }: { readonly to?: string; readonly children: string }) {
  return (
    <Anchor inherit underline="always" renderRoot={(props) => <Link to="/sign-in" search={{ to }} {...props} />}>
      {children}
    </Anchor>
  )
}

function lastPart(pointer: string): string | undefined {
  return pointer.split('/').at(-1)
}
