import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { callApi } from '../../api/call-api.ts'
import { ServerForm } from '../../components/server-form.tsx'
import { useFields } from '../../components/use-fields.ts'
import { DoorPage } from './door-page.tsx'

/** The second step, for who has a second factor: the code of an authenticator app, or a recovery code. */
export function GiveCode({ onEnter, onBack }: { readonly onEnter: () => void; readonly onBack: () => void }) {
  const [isRecovery, setRecovery] = useState(false)
  const fields = useFields({ code: '' })
  const submit = async () => {
    const code = fields.values.code.replaceAll(' ', '')
    await callApi(isRecovery ? 'verifyRecoveryCode' : 'verifyCode', { body: { code } })
    onEnter()
  }
  return (
    <DoorPage
      title={isRecovery ? 'Recovery code' : 'Code of your authenticator'}
      intro={
        isRecovery
          ? 'One of the codes that you kept when you set up the second factor. Each counts once.'
          : 'The six digits that your authenticator app shows for Chancery.'
      }
    >
      <ServerForm
        key={String(isRecovery)}
        fields={fields}
        submit="Sign in"
        onSubmit={submit}
        isWide
        cancel={
          <>
            <Button
              variant="subtle"
              size="xs"
              onClick={() => {
                fields.set('code', '')
                setRecovery(!isRecovery)
              }}
            >
              {isRecovery ? 'Use the authenticator' : 'Use a recovery code'}
            </Button>
            <Button variant="subtle" size="xs" onClick={onBack}>
              Back
            </Button>
          </>
        }
      >
        <TextInput
          label={isRecovery ? 'Recovery code' : 'Code'}
          autoComplete="one-time-code"
          inputMode={isRecovery ? 'text' : 'numeric'}
          autoFocus
          {...fields.bind('code')}
        />
      </ServerForm>
    </DoorPage>
  )
}
