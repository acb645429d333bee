import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { Icon } from '../../frame/icon.tsx'
import { NAME_TYPES, SUBJECT_ATTRIBUTES } from '../../words/attributes.ts'
import type { NamesForm } from './overrides.ts'
import classes from './requests.module.css'

/** Attributes of the subject and alternative names, to be changed, added and left out. */
export function NamesEditor({
  value,
  error,
  onChange,
}: {
  readonly value: NamesForm
  readonly error?: string | undefined
  readonly onChange: (value: NamesForm) => void
}) {
  return (
    <>
      <Rows
        legend="Subject"
        add="Add an attribute"
        types={SUBJECT_ATTRIBUTES}
        rows={value.subject}
        onChange={(subject) => onChange({ ...value, subject })}
      />
      <Rows
        legend="Alternative names"
        add="Add a name"
        types={NAME_TYPES}
        rows={value.subjectAltNames}
        onChange={(rows) =>
          onChange({
            ...value,
            subjectAltNames: rows.flatMap(({ type, value: name }) => {
              const known = NAME_TYPES.find((one) => one.type === type)
              return known === undefined ? [] : [{ type: known.type, value: name }]
            }),
          })
        }
      />
      {error !== undefined && (
        <p data-problem tabIndex={-1} className={classes['wrong']}>
          {error}
        </p>
      )}
    </>
  )
}

interface Row {
  readonly type: string
  readonly value: string
}

function Rows({
  legend,
  add,
  types,
  rows,
  onChange,
}: {
  readonly legend: string
  readonly add: string
  readonly types: readonly { readonly type: string; readonly label: string }[]
  readonly rows: readonly Row[]
  readonly onChange: (rows: readonly Row[]) => void
}) {
  const [first] = types
  const change = (index: number, row: Partial<Row>) =>
    onChange(rows.map((one, at) => (at === index ? { ...one, ...row } : one)))
  const choices = (own: string) => {
    const all = types.map(({ type, label }) => ({ value: type, label }))
    return all.some(({ value }) => value === own) ? all : [...all, { value: own, label: own }]
  }
  return (
    <fieldset className={classes['rows']}>
      <legend>{legend}</legend>
      {rows.map(({ type, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <div key={index} className={classes['row']}>
          <Select
            aria-label={`Type, ${legend.toLowerCase()} ${index + 1}`}
            data={choices(type)}
            value={type}
            allowDeselect={false}
            onChange={(chosen) => change(index, { type: chosen ?? type })}
          />
          <TextInput
            aria-label={`Value, ${legend.toLowerCase()} ${index + 1}`}
            value={value}
            onChange={(event) => change(index, { value: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Leave out ${value || type}`}
            onClick={() => onChange(rows.filter((_row, at) => at !== index))}
          >
            <Icon name="trash" />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Icon name="plus" size={16} />}
        onClick={() => onChange([...rows, { type: first?.type ?? '', value: '' }])}
      >
        {add}
      </Button>
    </fieldset>
  )
}
