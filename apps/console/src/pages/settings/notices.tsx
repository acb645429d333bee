import { Checkbox, TagsInput } from '@mantine/core'
import type { NoticeSettings } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { useMay } from '../../frame/use-may.ts'

/** Who is told by mail of certificates that expire or were revoked. */
export function Notices() {
  const { data, error, refetch } = useAsk('showNoticeSettings', {})
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={5} />
  return <NoticesForm key={JSON.stringify(data)} settings={data} />
}

function NoticesForm({ settings }: { readonly settings: NoticeSettings }) {
  const { days, contacts, expiring, requester, certificateAddresses, revoked } = settings
  const fields = useFields({
    ...{ expiring, requester, certificateAddresses, revoked },
    days: days.map(String),
    contacts: [...contacts],
  })
  const act = useAct('changeNoticeSettings')
  const may = useMay()('administrator', undefined)
  const tell = useTell()
  const submit = async () => {
    await act.run({ body: { ...fields.values, days: fields.values.days.map(Number) } })
    tell('The notices are saved.')
  }
  const isOff = !fields.values.expiring
  return (
    <Card
      title="Notices by mail"
      intro="Before a certificate expires, and when it was revoked. Each address gets one mail a day at the most."
    >
      <ServerForm fields={fields} submit="Save notices" onSubmit={submit} isDisabled={!may}>
        <Checkbox label="Tell before certificates expire" {...fields.bindChecked('expiring')} />
        <TagsInput
          label="Days before the end"
          description="One mail for each, e.g. 30, 14, 7 and 1. A number that lies in the first half of the life of a certificate does not count for it."
          disabled={isOff}
          clearable
          clearButtonProps={{ 'aria-label': 'Remove all days' }}
          {...fields.bind('days')}
        />
        <Checkbox
          label="Tell who asked for the certificate"
          description="Where a confirmed address of theirs is known."
          disabled={isOff}
          {...fields.bindChecked('requester')}
        />
        <Checkbox
          label="Tell the mail addresses that stand in the certificate"
          disabled={isOff}
          {...fields.bindChecked('certificateAddresses')}
        />
        <TagsInput
          label="Who else is told"
          description="Mail addresses that hear of everything that expires in this tenant; ten at the most."
          disabled={isOff}
          clearable
          clearButtonProps={{ 'aria-label': 'Remove all addresses' }}
          {...fields.bind('contacts')}
        />
        <Checkbox
          label="Tell who asked when their certificate is revoked, on hold, or good again"
          {...fields.bindChecked('revoked')}
        />
      </ServerForm>
    </Card>
  )
}
