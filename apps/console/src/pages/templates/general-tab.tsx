import { MultiSelect, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useAsk } from '../../api/use-api.ts'
import { useAuthorities } from '../../frame/authorities.ts'
import { KEY_TYPE_GROUPS, signaturesFor } from '../../words/key-types.ts'
import { listField, type TabProps } from './tab.ts'
import classes from './template-tabs.module.css'

const UNITS = [
  { value: 'days', label: 'days' },
  { value: 'hours', label: 'hours' },
]

/** Name, keys, validity. */
export function GeneralTab({ fields, template }: TabProps) {
  return (
    <>
      {template === undefined && <OfAuthority fields={fields} />}
      <TextInput label="Name" required {...fields.bind('name')} />
      <Textarea label="Description" autosize minRows={2} {...fields.bind('description')} />
      <Switch label="Enabled" description="Whether certificates are issued by it." {...fields.bindChecked('enabled')} />
      <MultiSelect
        label="Keys that are certified"
        description="A request with another kind of key is refused."
        data={KEY_TYPE_GROUPS.map(({ group, items }) => ({ group, items: [...items] }))}
        searchable
        {...listField(fields, 'keyTypes')}
      />
      <Signature fields={fields} />
      <Validity fields={fields} />
    </>
  )
}

function OfAuthority({ fields }: Pick<TabProps, 'fields'>) {
  const { data = [] } = useAuthorities()
  const { onChange, ...authority } = fields.bind('authority')
  return (
    <Select
      label="Certificate authority"
      description="It signs what this template issues."
      data={data.filter(({ status }) => status !== 'archived').map(({ id, name }) => ({ value: id, label: name }))}
      allowDeselect={false}
      required
      {...authority}
      onChange={(chosen) => onChange(chosen ?? '')}
    />
  )
}

function Signature({ fields }: Pick<TabProps, 'fields'>) {
  const { authority } = fields.values
  const { data } = useAsk('showAuthority', { params: { id: authority } }, { enabled: authority !== '' })
  const keyType = data?.generations[0]?.keyType
  const signatures = keyType === undefined ? [] : signaturesFor(keyType)
  const { value, onChange, ...bound } = fields.bind('signatureAlgorithm')
  const isKnown = value === '' || signatures.some((one) => one.value === value)
  return (
    <Select
      label="Signature"
      description="Another way than the CA signs by itself; it depends on the CA’s key."
      data={[
        { value: '', label: 'As the CA signs' },
        ...signatures,
        ...(isKnown ? [] : [{ value, label: String(value) }]),
      ]}
      allowDeselect={false}
      {...bound}
      value={String(value)}
      onChange={(chosen) => onChange(signatures.find((one) => one.value === chosen)?.value ?? '')}
    />
  )
}

function Validity({ fields }: Pick<TabProps, 'fields'>) {
  const beyond = fields.bind('beyondIssuer')
  return (
    <>
      <div className={classes['pair']}>
        <TextInput label="Valid for" inputMode="numeric" {...fields.bind('length')} />
        <Select label="Unit" data={UNITS} allowDeselect={false} {...unitField(fields, 'unit')} />
      </div>
      <div className={classes['pair']}>
        <TextInput
          label="At most"
          placeholder="As long as the issuer"
          inputMode="numeric"
          {...fields.bind('maximum')}
        />
        <Select label="Unit of the most" data={UNITS} allowDeselect={false} {...unitField(fields, 'maximumUnit')} />
      </div>
      <TextInput
        label="Never past"
        description="A fixed end, e.g. 2027-12-31T00:00:00Z. Empty: none."
        {...fields.bind('fixedEnd')}
      />
      <TextInput
        label="Begins before its issuance by (minutes)"
        description="For devices whose clocks are slow."
        inputMode="numeric"
        {...fields.bind('backdateMinutes')}
      />
      <Select
        label="Where it would outlive the CA"
        data={[
          { value: 'clamp', label: 'Shorten it' },
          { value: 'refuse', label: 'Refuse it' },
        ]}
        allowDeselect={false}
        {...beyond}
        onChange={(chosen) => beyond.onChange(chosen === 'refuse' ? 'refuse' : 'clamp')}
      />
    </>
  )
}

function unitField(fields: TabProps['fields'], name: 'unit' | 'maximumUnit') {
  const { onChange, ...bound } = fields.bind(name)
  return { ...bound, onChange: (chosen: string | null) => onChange(chosen === 'hours' ? 'hours' : 'days') }
}
