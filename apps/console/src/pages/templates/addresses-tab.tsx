import { Button, Select, Switch, TextInput } from '@mantine/core'
import type { CertificatePolicy } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { Notice } from '../../components/states.tsx'
import type { TabProps } from './tab.ts'
import classes from './template-tabs.module.css'

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
  const { policies } = fields.values
  const change = (at: number, policy: CertificatePolicy) => fields.set('policies', policies.with(at, policy))
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <legend style={{ fontWeight: 500 }}>Policies</legend>
      <p className="hint">Under which rules it was issued, as an object identifier. Usually none.</p>
      {fields.errors['policies'] !== undefined && (
        <Notice tone="bad">
          <p>{fields.errors['policies']}</p>
        </Notice>
      )}
      <div className={classes['rows']}>
        {policies.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a policy is its place in the list while it is being typed
          <div key={at} className={classes['row']}>
            <Select
              label="Policy"
              data={[
                ...known.map(({ policy, name }) => ({ value: policy, label: name })),
                { value: CUSTOM, label: 'Another, by its object identifier' },
              ]}
              allowDeselect={false}
              value={known.some(({ policy }) => policy === one.policy) ? one.policy : CUSTOM}
              onChange={(chosen) => change(at, { ...one, policy: chosen === CUSTOM ? '' : (chosen ?? '') })}
            />
            {known
              .filter(({ policy }) => policy === one.policy)
              .map(({ policy, note }) => (
                <p key={policy} className="hint">
                  {note}
                </p>
              ))}
            {known.every(({ policy }) => policy !== one.policy) && (
              <TextInput
                label="Object identifier"
                placeholder="1.3.6.1.4.1.99999.1"
                value={one.policy}
                onChange={(event) => change(at, { ...one, policy: event.currentTarget.value })}
              />
            )}
            <Switch
              label="With the address of the practice statement (CPS)"
              checked={one.cps}
              onChange={(event) => change(at, { ...one, cps: event.currentTarget.checked })}
            />
            <TextInput
              label="Notice"
              description="A text that software may show."
              value={one.userNotice ?? ''}
              onChange={(event) => change(at, { ...one, userNotice: event.currentTarget.value || undefined })}
            />
            <div>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                onClick={() => fields.set('policies', policies.toSpliced(at, 1))}
              >
                Remove policy
              </Button>
            </div>
          </div>
        ))}
      </div>
      <Button
        mt="sm"
        variant="default"
        size="xs"
        onClick={() => fields.set('policies', [...policies, { policy: known[0]?.policy ?? '', cps: false }])}
      >
        Add policy
      </Button>
    </fieldset>
  )
}
