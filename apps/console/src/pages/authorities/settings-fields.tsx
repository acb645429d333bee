import { Select, Switch, TextInput } from '@mantine/core'
import type { KeyType } from '../../api/operations.ts'
import type { Fields } from '../../components/use-fields.ts'
import { KEY_TYPE_GROUPS, signaturesFor } from '../../words/key-types.ts'
import type { SettingsValues } from './authority-values.ts'

/** How a CA's services are run. */
export function SettingsFields<V extends SettingsValues>({
  fields,
  keyType,
}: {
  readonly fields: Fields<V>
  /** Of the CA. */
  readonly keyType: KeyType | undefined
}) {
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
      <ServiceFields fields={fields} keyType={keyType} />
    </>
  )
}

/** The key and the hash by which its service certificates are made: OCSP answers are signed so. */
function ServiceFields<V extends SettingsValues>({
  fields,
  keyType,
}: {
  readonly fields: Fields<V>
  readonly keyType: KeyType | undefined
}) {
  const key = fields.bind('serviceKeyType')
  const signature = fields.bind('serviceSignature')
  const signing = fields.values.serviceKeyType || keyType
  const signatures = signing === undefined ? [] : signaturesFor(signing)
  return (
    <>
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
        name={key.name}
        error={key.error}
        value={String(key.value)}
        onChange={(chosen) => {
          key.onChange((chosen ?? '') as V['serviceKeyType'])
          signature.onChange('' as V['serviceSignature'])
        }}
      />
      {(signatures.length > 1 || signature.value !== '') && (
        <Select
          label="Signature of its services"
          description="How the OCSP responder signs its answers."
          data={[{ value: '', label: `Usual for this key: ${signatures[0]?.label}` }, ...signatures]}
          allowDeselect={false}
          name={signature.name}
          error={signature.error}
          value={String(signature.value)}
          onChange={(chosen) => signature.onChange((chosen ?? '') as V['serviceSignature'])}
        />
      )}
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
