import { Radio, TextInput } from '@mantine/core'
import type { ValidityForm } from './overrides.ts'
import classes from './requests.module.css'

type Choice = readonly [label: string, says: string | undefined]

const AS_REQUESTED: Choice = ['As requested', 'By the template, or as whoever asked wants it.']

/** For how long a certificate is to be valid. */
export function ValidityEditor({
  value,
  label = 'Override validity time',
  unchanged = AS_REQUESTED,
  error,
  onChange,
}: {
  readonly value: ValidityForm
  readonly label?: string
  /** The choice that leaves it as it is. */
  readonly unchanged?: Choice
  readonly error?: string | undefined
  readonly onChange: (value: ValidityForm) => void
}) {
  const set = (change: Partial<ValidityForm>) => onChange({ ...value, ...change })
  const choices: Readonly<Record<ValidityForm['kind'], Choice>> = {
    requested: unchanged,
    days: ['So many days from now', undefined],
    moments: ['From one moment to another', 'It may begin in the future.'],
  }
  const kinds = ['requested', 'days', 'moments'] as const
  return (
    <Radio.Group
      label={label}
      value={value.kind}
      error={error}
      onChange={(chosen) => set({ kind: kinds.find((kind) => kind === chosen) ?? 'requested' })}
    >
      {kinds.map((kind) => (
        <Radio key={kind} mt="xs" value={kind} label={choices[kind][0]} description={choices[kind][1]} />
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
