import { Button } from '@mantine/core'
import { useState } from 'react'
import type { OwnSession } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Moment } from '../../components/moment.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import classes from './rows.module.css'

/** Where the account is signed in. */
export function Sessions() {
  const { data, error } = useAsk('listSessions', {})
  const end = useAct('endSession')
  const endOthers = useAct('endOtherSessions')
  const [isEnding, setEnding] = useState(false)
  if (error) return <Failed error={error} />
  const sessions = data?.items ?? []
  return (
    <Card
      title="Sessions"
      intro="Where you are signed in. End what you do not know."
      actions={
        sessions.length > 1 && (
          <Button variant="default" size="xs" onClick={() => setEnding(true)}>
            End all others
          </Button>
        )
      }
    >
      {data === undefined && <Loading lines={2} />}
      {end.error !== null && <Failed error={end.error} />}
      <ul className={classes['rows']}>
        {sessions.map((session) => (
          <li key={session.id}>
            <span>{browserOf(session)}</span>
            <span className={classes['soft']}>
              {wayWords(session.way)}, from {session.address}, seen <Moment at={session.lastSeenAt} as="relative" />
            </span>
            {session.current ? (
              <StateBadge tone="good">This one</StateBadge>
            ) : (
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                onClick={() => void end.run({ params: { id: session.id } }).catch(() => undefined)}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      {isEnding && (
        <ConfirmDialog
          title="End all other sessions"
          confirm="End sessions"
          onConfirm={() => endOthers.run({})}
          onClose={() => setEnding(false)}
        >
          <p>Every other browser has to sign in again. API tokens stay.</p>
        </ConfirmDialog>
      )}
    </Card>
  )
}

const BROWSERS = [
  [/edg\//i, 'Edge'],
  [/firefox\//i, 'Firefox'],
  [/chrom(?:e|ium)\//i, 'Chrome'],
  [/safari\//i, 'Safari'],
  [/curl\//i, 'curl'],
] as const

const SYSTEMS = [
  [/windows/i, 'Windows'],
  [/android/i, 'Android'],
  [/iphone|ipad/i, 'iOS'],
  [/mac os/i, 'macOS'],
  [/linux/i, 'Linux'],
] as const

function browserOf({ userAgent }: OwnSession): string {
  const browser = BROWSERS.find(([agent]) => agent.test(userAgent))?.[1]
  const system = SYSTEMS.find(([agent]) => agent.test(userAgent))?.[1]
  if (browser === undefined) return userAgent === '' ? 'Unknown program' : userAgent.slice(0, 60)
  return system === undefined ? browser : `${browser} on ${system}`
}

const WAYS: Readonly<Record<string, string>> = {
  password: 'by password',
  totp: 'by password and code',
  'recovery-code': 'by recovery code',
  passkey: 'by passkey',
  setup: 'by the setup link',
  registration: 'by registering',
}

function wayWords(way: string): string {
  return WAYS[way] ?? way.replace(/^provider:/, 'by ')
}
