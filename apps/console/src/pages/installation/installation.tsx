import { Switch } from '@mantine/core'
import type { InstallationRestore } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card, Facts } from '../../components/card.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'

/** What operators see of the installation: whether it works, who may register, what was restored. */
export function Installation() {
  return (
    <>
      <PageHeader title="Installation" intro="For operators. Nothing of what is in a tenant can be seen from here." />
      <Health />
      <Registration />
      <Restores />
    </>
  )
}

const PART_WORDS: Readonly<Record<string, string>> = { database: 'Database', disk: 'Disk', schema: 'Tables' }

function Health() {
  const { data, error, refetch } = useAsk('showInstallationHealth', {}, { refetchInterval: 30_000 })
  return (
    <Card title="Health">
      {error ? <Failed error={error} onRetry={refetch} /> : data === undefined && <Loading lines={3} />}
      {data !== undefined && (
        <Facts
          items={Object.entries(data.parts).map(([part, state]) => [
            PART_WORDS[part] ?? part,
            <StateBadge key={part} tone={state === 'ready' ? 'good' : 'bad'}>
              {state === 'ready' ? 'Works' : 'Fails'}
            </StateBadge>,
          ])}
        />
      )}
    </Card>
  )
}

function Registration() {
  const { data, error } = useAsk('showInstallationSettings', {})
  const { data: methods } = useAsk('showSignInMethods', {})
  const act = useAct('changeInstallationSettings')
  const tell = useTell()
  const change = async (openRegistration: boolean) => {
    await act.run({ body: { openRegistration } })
    tell(openRegistration ? 'Registration is open.' : 'Registration is closed.')
  }
  return (
    <Card title="Registration">
      {error || act.error ? <Failed error={error ?? act.error} /> : data === undefined && <Loading lines={1} />}
      {data !== undefined && (
        <Switch
          label="Open registration"
          description={`Anybody who finds this server may make an account with a tenant of its own. ${methods === undefined ? '' : whatItTells(methods.byMail)} Off: by invitation only.`}
          checked={data.openRegistration}
          disabled={act.isRunning}
          onChange={(event) => void change(event.currentTarget.checked).catch(() => undefined)}
        />
      )}
    </Card>
  )
}

function whatItTells(byMail: boolean): string {
  return byMail
    ? 'A link in a mail sets its password, and nobody learns which addresses have an account already.'
    : 'No mail leaves here: who tries one address after the other learns, slowly, which have an account already.'
}

function Restores() {
  const { data, error } = useAsk('listRestores', {})
  if (error) return <Failed error={error} />
  const [latest, ...earlier] = data?.items ?? []
  return (
    <Card
      title="Restored backups"
      intro={latest === undefined ? 'None: this installation was never restored.' : undefined}
    >
      {latest !== undefined && <Restore restore={latest} />}
      {earlier.length > 0 && (
        <Facts
          items={earlier.map(({ restoredAt, backupMadeAt }) => [
            'Earlier',
            <span key={restoredAt}>
              <Moment at={restoredAt} />, from the backup of <Moment at={backupMadeAt} />
            </span>,
          ])}
        />
      )}
    </Card>
  )
}

function Restore({ restore: { restoredAt, backupMadeAt, mayBeMissing } }: { readonly restore: InstallationRestore }) {
  return (
    <>
      <p>
        Restored <Moment at={restoredAt} />, from the backup of <Moment at={backupMadeAt} />. What happened in between
        may be missing:
      </p>
      <ul>
        {mayBeMissing.map(({ what, meaning }) => (
          <li key={what}>{meaning}</li>
        ))}
      </ul>
    </>
  )
}
