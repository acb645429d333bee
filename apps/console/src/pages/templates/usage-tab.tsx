import { Checkbox, Switch, TagsInput } from '@mantine/core'
import { KEY_USAGES, PURPOSES } from '../../words/usages.ts'
import { listField, type TabProps } from './tab.ts'

/** keyUsage and extendedKeyUsage: what a certified key may do, and for which purposes. */
export function UsageTab({ fields }: TabProps) {
  const usage = listField(fields, 'keyUsage')
  const rsa = listField(fields, 'rsaKeyUsage')
  const unknown = fields.values.purposes.filter((purpose) => PURPOSES.every(({ value }) => value !== purpose))
  return (
    <>
      <Checkbox.Group label="Key usage" value={usage.value} onChange={usage.onChange} error={usage.error}>
        <div className="stack" style={{ gap: '0.45rem', marginTop: '0.4rem' }}>
          {KEY_USAGES.map(({ value, label, says }) => (
            <Checkbox key={value} value={value} label={label} description={says} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox.Group
        label="Also for RSA keys"
        description="Added where the certified key is an RSA key."
        value={rsa.value}
        onChange={rsa.onChange}
        error={rsa.error}
      >
        <div className="stack" style={{ gap: '0.45rem', marginTop: '0.4rem' }}>
          <Checkbox value="keyEncipherment" label="Key encipherment" description="TLS with RSA key exchange, mail." />
          <Checkbox value="dataEncipherment" label="Data encipherment" />
        </div>
      </Checkbox.Group>
      <Switch
        label="Key usage is critical"
        description="Software that does not understand it has to refuse the certificate. Usual."
        {...fields.bindChecked('keyUsageCritical')}
      />
      <Checkbox.Group
        label="Purposes"
        description="Extended key usage. None: for any purpose that the key usage allows."
        value={[...fields.values.purposes]}
        onChange={(chosen) => fields.set('purposes', chosen)}
      >
        <div className="stack" style={{ gap: '0.45rem', marginTop: '0.4rem' }}>
          {PURPOSES.map(({ value, label }) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </div>
      </Checkbox.Group>
      <TagsInput
        label="Other purposes"
        description="Object identifiers, e.g. 1.3.6.1.5.5.7.3.30."
        name="purposes"
        error={fields.errors['purposes']}
        value={unknown}
        onChange={(chosen) =>
          fields.set('purposes', [...fields.values.purposes.filter((purpose) => !unknown.includes(purpose)), ...chosen])
        }
      />
      <Switch
        label="Purposes are critical"
        description="Needed for timestamping; rarely otherwise."
        {...fields.bindChecked('purposesCritical')}
      />
    </>
  )
}
