import { Select, Switch, Textarea } from '@mantine/core'
import { Notice } from '../../components/states.tsx'
import type { TabProps } from './tab.ts'

/** basicConstraints: whether what is certified is itself a CA. */
export function ConstraintsTab({ fields }: TabProps) {
  const constraints = fields.bind('constraints')
  const path = fields.bind('pathLength')
  const isAuthority = fields.values.constraints === 'ca'
  return (
    <>
      <Select
        label="Certificate authority"
        description="Whether holders of these certificates may issue certificates themselves."
        data={[
          { value: 'end', label: 'No: said in the certificate' },
          { value: 'none', label: 'No: nothing is said' },
          { value: 'ca', label: 'Yes: a CA below this one' },
        ]}
        allowDeselect={false}
        {...constraints}
        onChange={(chosen) => constraints.onChange(chosen === 'ca' || chosen === 'none' ? chosen : 'end')}
      />
      {isAuthority && (
        <>
          <Notice tone="wait">
            <p>
              Whoever holds such a certificate can vouch for anybody. Only administrators use this template, and no
              machine is served by it.
            </p>
          </Notice>
          <Select
            label="CAs below it"
            data={[
              { value: '', label: 'Any number' },
              { value: '0', label: 'None' },
              { value: '1', label: 'One level' },
              { value: '2', label: 'Two levels' },
            ]}
            allowDeselect={false}
            {...path}
            onChange={(chosen) => path.onChange(chosen ?? '')}
          />
          <Textarea
            label="Names it may certify"
            description="Name constraints, one to a line: dns=example.com, ip=10.0.0.0/8. Empty: any."
            autosize
            minRows={2}
            {...fields.bind('permitted')}
          />
          <Textarea label="Names it may not certify" autosize minRows={2} {...fields.bind('excluded')} />
        </>
      )}
      {fields.values.constraints !== 'none' && (
        <Switch
          label="Basic constraints are critical"
          description="Usual: software that does not understand them has to refuse the certificate."
          {...fields.bindChecked('constraintsCritical')}
        />
      )}
    </>
  )
}
