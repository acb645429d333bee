import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import type { KeyType } from '../../api/operations.ts'
import { Notice } from '../../components/states.tsx'
import type { Fields } from '../../components/use-fields.ts'
import { signaturesFor } from '../../words/key-types.ts'
import { KEY_USAGES, PURPOSES } from '../../words/usages.ts'
import type { ProfileValues } from './authority-values.ts'

/** How long a CA's certificate is valid. */
export function ValidityFields<V extends ProfileValues>({
  fields,
  standard,
}: {
  readonly fields: Fields<V>
  /** What is chosen when nothing is said: `10 years`. */
  readonly standard: string
}) {
  const { validity } = fields.values
  return (
    <>
      <Select
        label="Valid for"
        data={[
          { value: 'default', label: standard },
          { value: 'years', label: 'A number of years' },
          { value: 'days', label: 'A number of days' },
          { value: 'dates', label: 'From one moment to another' },
        ]}
        allowDeselect={false}
        {...selectOf(fields, 'validity')}
      />
      {(validity === 'years' || validity === 'days') && (
        <TextInput label={validity === 'years' ? 'Years' : 'Days'} inputMode="numeric" {...textOf(fields, 'length')} />
      )}
      {validity === 'dates' && (
        <>
          <TextInput label="From" type="datetime-local" {...textOf(fields, 'notBefore')} />
          <TextInput label="To" type="datetime-local" {...textOf(fields, 'notAfter')} />
        </>
      )}
    </>
  )
}

/** What only some CAs need to say: signature, path length, usages, name constraints. */
export function ProfileFields<V extends ProfileValues>({
  fields,
  keyType,
  unsaid,
}: {
  readonly fields: Fields<V>
  /** Of the CA's key: how it can sign. */
  readonly keyType: KeyType | undefined
  /** At a renewal: what is said of that which is left empty. */
  readonly unsaid?: string
}) {
  const signatures = keyType === undefined ? [] : signaturesFor(keyType)
  const { keyUsage, purposes } = fields.values
  return (
    <>
      {signatures.length > 1 && (
        <Select
          label="Signature"
          description="How this CA signs certificates and CRLs. A template may choose otherwise for its own."
          data={[{ value: '', label: unsaid ?? `Usual for this key: ${signatures[0]?.label}` }, ...signatures]}
          allowDeselect={false}
          {...selectOf(fields, 'signatureAlgorithm')}
        />
      )}
      <Select
        label="CAs below it"
        description="The path length: how many CAs may stand below one another under this one."
        data={levelsWith(String(fields.values.pathLength))}
        allowDeselect={false}
        {...selectOf(fields, 'pathLength')}
      />
      <MultiSelect
        label="Key usage"
        description="Leave it as it is unless you know that software needs another: a CA signs certificates and CRLs."
        data={KEY_USAGES.map(({ value, label }) => ({ value, label }))}
        {...listOf(fields, 'keyUsage')}
      />
      {!keyUsage.includes('keyCertSign') && (
        <Notice tone="wait">
          <p>Without certificate signing it cannot issue anything.</p>
        </Notice>
      )}
      {!keyUsage.includes('cRLSign') && (
        <Notice tone="wait">
          <p>Without CRL signing clients reject its CRLs, and many of them whatever it issues.</p>
        </Notice>
      )}
      <MultiSelect
        label="Purposes"
        description="Extended key usage. None is usual: then what it issues may serve any purpose."
        data={PURPOSES.map(({ value, label }) => ({ value, label }))}
        searchable
        {...listOf(fields, 'purposes')}
      />
      {purposes.length > 0 && (
        <Notice tone="wait">
          <p>Much software then takes what it issues for these purposes only, and some for none.</p>
        </Notice>
      )}
      <ConstraintFields fields={fields} unsaid={unsaid} />
    </>
  )
}

/** What a certificate from elsewhere has may be more than is offered here. */
function levelsWith(chosen: string) {
  const isOffered = LEVELS.some(({ value }) => value === chosen)
  return isOffered ? [...LEVELS] : [...LEVELS, { value: chosen, label: `${chosen} levels` }]
}
const LEVELS = [
  { value: '', label: 'Any number' },
  { value: '0', label: 'None: it certifies no CA' },
  { value: '1', label: 'One level' },
  { value: '2', label: 'Two levels' },
  { value: '3', label: 'Three levels' },
] as const

/** At a renewal name constraints are kept, taken away or said anew. */
function ConstraintFields<V extends ProfileValues>({
  fields,
  unsaid,
}: {
  readonly fields: Fields<V>
  readonly unsaid: string | undefined
}) {
  return (
    <>
      {unsaid !== undefined && (
        <Select
          label="Name constraints"
          data={[
            { value: 'before', label: unsaid },
            { value: 'none', label: 'None: it may certify any name' },
            { value: 'typed', label: 'Say which' },
          ]}
          allowDeselect={false}
          {...selectOf(fields, 'constraints')}
        />
      )}
      {fields.values.constraints === 'typed' && (
        <>
          <Textarea
            label="Names it may certify"
            description="Name constraints, one to a line: example.com, ip 10.0.0.0/8, email example.com. Empty: any."
            autosize
            minRows={2}
            {...textOf(fields, 'permitted')}
          />
          <Textarea label="Names it may not certify" autosize minRows={2} {...textOf(fields, 'excluded')} />
        </>
      )}
    </>
  )
}

type TextName = 'length' | 'notBefore' | 'notAfter' | 'permitted' | 'excluded'
type SelectName = 'validity' | 'signatureAlgorithm' | 'pathLength' | 'constraints'

function textOf<V extends ProfileValues>(fields: Fields<V>, name: TextName) {
  const { value, ...bound } = fields.bind(name)
  return { ...bound, value: String(value) }
}

function selectOf<V extends ProfileValues, N extends SelectName>(fields: Fields<V>, name: N) {
  const { value, onChange, ...bound } = fields.bind(name)
  // The options are the words of the type.
  return {
    ...bound,
    value: String(value),
    onChange: (chosen: string | null) => onChange((chosen ?? '') as V[N]),
  }
}

function listOf<V extends ProfileValues>(fields: Fields<V>, name: 'keyUsage' | 'purposes') {
  const { value, onChange, ...bound } = fields.bind(name)
  return {
    ...bound,
    value: [...value],
    onChange: (chosen: string[]) => onChange(chosen as readonly string[] as V[typeof name]),
  }
}
