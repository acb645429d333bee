import { Button } from '@mantine/core'
import { useState } from 'react'
import { addressIn, loginsIn, type OwnLogin } from '../../api/sign-in-answers.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Failed } from '../../components/states.tsx'
import classes from './rows.module.css'

const HERE = '/console/profile'

/** Logins of outside providers that are linked to the account. Not shown where none can be. */
export function Logins() {
  const methods = useAsk('showSignInMethods', {})
  const { data } = useAsk('listLogins', {})
  const link = useAct('linkProvider')
  const unlink = useAct('unlinkProvider')
  const [gone, setGone] = useState<OwnLogin>()
  const providers = methods.data?.providers ?? []
  if (providers.length === 0) return null
  const logins = loginsIn(data)
  const begin = async (provider: string) => {
    const answer = await link.run({ body: { provider, callbackURL: HERE, errorCallbackURL: HERE } })
    location.assign(addressIn(answer) ?? HERE)
  }
  return (
    <Card title="Other logins" intro="Sign in with an account that you have elsewhere.">
      {link.error !== null && <Failed error={link.error} />}
      <ul className={classes['rows']}>
        {providers.map(({ id, name }) => {
          const login = logins.find(({ provider }) => provider === id)
          return (
            <li key={id}>
              <span>{name}</span>
              {login === undefined ? (
                <Button variant="default" size="compact-sm" onClick={() => void begin(id).catch(() => undefined)}>
                  Link
                </Button>
              ) : (
                <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setGone(login)}>
                  Unlink
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {gone !== undefined && (
        <ConfirmDialog
          title="Unlink this login"
          confirm="Unlink"
          onConfirm={() => unlink.run({ body: { accountId: gone.id } })}
          onClose={() => setGone(undefined)}
        >
          <p>It signs you in no more. The last way in stays.</p>
        </ConfirmDialog>
      )}
    </Card>
  )
}
