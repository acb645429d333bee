import { Radio, TextInput } from '@mantine/core'
import type { ValidityForm } from './overrides.ts'
import classes from './requests.module.css'

const KINDS = [
  ['requested', 'As requested', 'By the template, or as whoever asked wants it.'],
  ['days', 'So many days from now', undefined],
  ['moments', 'From one moment to another', 'It may begin in the future.'],
] as const

/** For how long a certificate is to be valid. */
export function ValidityEditor({
  value,
  onChange,
}: {
  readonly value: ValidityForm
  readonly onChange: (value: ValidityForm) => void
}) {
  const set = (change: Partial<ValidityForm>) => onChange({ ...value, ...change })
  return (
    <Radio.Group
      label="Override validity time"
      value={value.kind}
      onChange={(chosen) => set({ kind: KINDS.find(([kind]) => kind === chosen)?.[0] ?? 'requested' })}
    >
      {KINDS.map(([kind, label, says]) => (
        <Radio key={kind} mt="xs" value={kind} label={label} description={says} />
      ))}
      {value.kind === 'days' && (
        <TextInput
          mt="sm"
          maw="10rem"
          label="Days"
          inputMode="numeric"
          value={value.days}
          onChange={(event) => set({ days: event.currentTarget.value })}
        />
      )}
      {value.kind === 'moments' && (
        <div className={classes['moments']}>
          <TextInput
            mt="sm"
            type="datetime-local"
            label="Begins"
            value={value.from}
            onChange={(event) => set({ from: event.currentTarget.value })}
          />
          <TextInput
            mt="sm"
            type="datetime-local"
            label="Ends"
            value={value.to}
            onChange={(event) => set({ to: event.currentTarget.value })}
          />
        </div>
      )}
    </Radio.Group>
  )
}
