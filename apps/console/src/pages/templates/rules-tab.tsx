import { Switch, Textarea } from '@mantine/core'
import type { TabProps } from './tab.ts'

const RULES = [
  [
    'allowDns',
    'DNS names',
    'example.com is that name, *.example.com one label below it, **.example.com any depth below.',
  ],
  ['allowIp', 'IP addresses', 'Networks or single addresses: 10.0.0.0/8, 2001:db8::/32.'],
  ['allowEmail', 'E-mail addresses', 'Their domains, written as for DNS names.'],
  ['allowUpn', 'User principal names', 'Their domains, written as for DNS names.'],
  ['allowUri', 'URIs', 'Scheme and host: https://*.example.com.'],
] as const

/** Which names may be certified. */
export function RulesTab({ fields }: TabProps) {
  return (
    <>
      <Switch
        label="Only allowed names"
        description="Without rules every name that a request may hold is taken, once somebody approved it. With rules they bind approvers and machines alike, and a type without a rule is refused."
        {...fields.bindChecked('hasRules')}
      />
      {fields.values.hasRules &&
        RULES.map(([name, label, says]) => (
          <Textarea
            key={name}
            label={label}
            description={`${says} One to a line.`}
            autosize
            minRows={2}
            {...fields.bind(name)}
          />
        ))}
    </>
  )
}
