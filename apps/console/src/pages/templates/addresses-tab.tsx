import { Select, Switch, TextInput } from '@mantine/core'
import type { CertificatePolicy } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { RowsField } from './rows-field.tsx'
import type { TabProps } from './tab.ts'

/** Which addresses of the CA stand in a certificate, and which policies it asserts. */
export function AddressesTab({ fields }: TabProps) {
  return (
    <>
      <Switch
        label="CRL address"
        description="Where the list of revoked certificates is."
        {...fields.bindChecked('crl')}
      />
      <Switch
        label="OCSP address"
        description="Where clients ask whether this certificate is revoked."
        {...fields.bindChecked('ocsp')}
      />
      <Switch
        label="Issuer’s certificate (AIA)"
        description="Where clients find the CA’s certificate, when a server forgot to send it."
        {...fields.bindChecked('aia')}
      />
      {fields.values.aia && (
        <TextInput label="Another address for it" description="Empty: the CA’s own." {...fields.bind('aiaUrl')} />
      )}
      <Policies fields={fields} />
    </>
  )
}

const CUSTOM = 'custom'

function Policies({ fields }: { readonly fields: TabProps['fields'] }) {
  const { data } = useAsk('listPredefinedPolicies', {})
  const known = data?.items ?? []
  return (
    <RowsField<CertificatePolicy>
      legend="Policies"
      says="Under which rules it was issued, as an object identifier. Usually none."
      thing="policy"
      rows={fields.values.policies}
      first={{ policy: known[0]?.policy ?? '', cps: false }}
      error={fields.errors['policies']}
      onChange={(rows) => fields.set('policies', rows)}
    >
      {(one, change) => {
        const predefined = known.find(({ policy }) => policy === one.policy)
        return (
          <>
            <Select
              label="Policy"
              data={[
                ...known.map(({ policy, name }) => ({ value: policy, label: name })),
                { value: CUSTOM, label: 'Another, by its object identifier' },
              ]}
              allowDeselect={false}
              value={predefined?.policy ?? CUSTOM}
              onChange={(chosen) => change({ policy: chosen === CUSTOM ? '' : (chosen ?? '') })}
            />
            {predefined !== undefined ? (
              <p className="hint">{predefined.note}</p>
            ) : (
              <TextInput
                label="Object identifier"
                placeholder="1.3.6.1.4.1.99999.1"
                value={one.policy}
                onChange={(event) => change({ policy: event.currentTarget.value })}
              />
            )}
            <Switch
              label="With the address of the practice statement (CPS)"
              checked={one.cps}
              onChange={(event) => change({ cps: event.currentTarget.checked })}
            />
            <TextInput
              label="Notice"
              description="A text that software may show."
              value={one.userNotice ?? ''}
              onChange={(event) => change({ userNotice: event.currentTarget.value || undefined })}
            />
          </>
        )
      }}
    </RowsField>
  )
}
