import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addPasskey, knowsPasskeys } from '../../api/passkeys.ts'
import { type OwnPasskey, passkeysIn } from '../../api/sign-in-answers.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Moment } from '../../components/moment.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import classes from './rows.module.css'

/** Passkeys: sign in by the device itself, without a password. */
export function Passkeys() {
  const { data, error } = useAsk('listPasskeys', {})
  const methods = useAsk('showSignInMethods', {})
  const [removed, setRemoved] = useState<OwnPasskey>()
  const remove = useAct('removePasskey')
  const passkeys = passkeysIn(data)
  const why = methods.data?.passkeys.available === false ? methods.data.passkeys.why : ''
  return (
    <Card title="Passkeys" intro="Sign in with your phone, computer or security key in place of a password.">
      {error ? <Failed error={error} /> : data === undefined && <Loading lines={2} />}
      {passkeys.length > 0 && (
        <ul className={classes['rows']}>
          {passkeys.map((passkey) => (
            <li key={passkey.id}>
              <span>{passkey.name}</span>
              {passkey.createdAt !== undefined && (
                <span className={classes['soft']}>
                  added <Moment at={passkey.createdAt} as="day" />
                </span>
              )}
              <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setRemoved(passkey)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {why !== '' ? <p className="hint">{why}</p> : knowsPasskeys() && <Add />}
      {removed !== undefined && (
        <ConfirmDialog
          title={`Remove ${removed.name}`}
          confirm="Remove passkey"
          onConfirm={() => remove.run({ body: { id: removed.id } })}
          onClose={() => setRemoved(undefined)}
        >
          <p>It signs in no more. The device may go on offering it until you delete it there too.</p>
        </ConfirmDialog>
      )}
    </Card>
  )
}

function Add() {
  const fields = useFields({ name: '' })
  const queries = useQueryClient()
  const tell = useTell()
  const submit = async () => {
    await addPasskey(fields.values.name.trim() || 'Passkey')
    fields.set('name', '')
    await queries.invalidateQueries()
    tell('The passkey is added.')
  }
  return (
    <ServerForm fields={fields} submit="Add passkey" onSubmit={submit}>
      <TextInput
        label="Name of the new passkey"
        description="So that you know it again: My laptop, Security key."
        maxLength={100}
        {...fields.bind('name')}
      />
    </ServerForm>
  )
}
