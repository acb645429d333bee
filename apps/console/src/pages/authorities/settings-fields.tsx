import { Select, Switch, TextInput } from '@mantine/core'
import type { Fields } from '../../components/use-fields.ts'
import { KEY_TYPE_GROUPS } from '../../words/key-types.ts'
import type { SettingsValues } from './authority-values.ts'

/** How a CA's services are run. */
export function SettingsFields<V extends SettingsValues>({ fields }: { readonly fields: Fields<V> }) {
  const serviceKey = fields.bind('serviceKeyType')
  return (
    <>
      <TextInput
        label="Public address"
        description="Base of the http addresses written into its certificates. Empty: the installation’s."
        placeholder="http://pki.example.com"
        {...textOf(fields, 'publicUrl')}
      />
      <TextInput
        label="CRL valid for (hours)"
        description="A new one is made at half of it, and after each revocation. Empty: chosen by the kind of CA."
        inputMode="numeric"
        {...textOf(fields, 'crlHours')}
      />
      <TextInput
        label="CRL parts"
        description="Spreads new certificates over so many CRLs, for a CA that revokes very many. Empty: one CRL."
        inputMode="numeric"
        {...textOf(fields, 'partitions')}
      />
      <Switch
        label="Delta CRLs"
        description="Small lists of what changed since the last whole one."
        {...fields.bindChecked('delta')}
      />
      <TextInput
        label="Keep expired certificates for (days)"
        description="Then they leave the register. Empty: for ever."
        inputMode="numeric"
        {...textOf(fields, 'retentionDays')}
      />
      <Select
        label="Key of its service certificates"
        description="For the OCSP responder."
        data={[
          { value: '', label: 'Chosen by the key of the CA' },
          ...KEY_TYPE_GROUPS.map(({ group, items }) => ({
            group,
            items: items.map(({ value, label }) => ({ value: String(value), label })),
          })),
        ]}
        searchable
        allowDeselect={false}
        name={serviceKey.name}
        error={serviceKey.error}
        value={String(serviceKey.value)}
        onChange={(chosen) => serviceKey.onChange((chosen ?? '') as V['serviceKeyType'])}
      />
    </>
  )
}

function textOf<V extends SettingsValues>(
  fields: Fields<V>,
  name: 'publicUrl' | 'crlHours' | 'partitions' | 'retentionDays',
) {
  const { value, ...bound } = fields.bind(name)
  return { ...bound, value: String(value) }
}
