import { Switch, TextInput } from '@mantine/core'
import { Facts } from '../../components/card.tsx'
import { Notice } from '../../components/states.tsx'
import { attributeLabel, NAME_TYPES } from '../../words/attributes.ts'
import { PublicAddress } from './public-address.tsx'
import type { TabProps } from './tab.ts'
import classes from './template-tabs.module.css'
import type { TemplateValues } from './template-values.ts'

/** How people come to certificates beside officers and programs: by asking on a public page, and by the key of an earlier one. */
export function EnrollmentTab({ fields, template }: TabProps) {
  const { publicRequests } = fields.values
  return (
    <>
      {template?.privileged && (
        <Notice tone="wait" title="Closed to both, whatever is chosen here">
          <p>What this template issues can itself vouch: it is had by no public page and by no renewal.</p>
        </Notice>
      )}
      <fieldset className={classes['part']}>
        <legend>Public requests</legend>
        <Switch
          label="Strangers may ask for certificates"
          description="On a public page, by a CSR or by a form. They confirm their e-mail address; then an officer decides. Nothing is issued by itself."
          {...fields.bindChecked('publicRequests')}
        />
        {publicRequests && <AskedFor values={fields.values} />}
        {publicRequests &&
          (template === undefined || !template.enrollment.publicRequests ? (
            <p className="hint">The address of the page stands here once this is saved.</p>
          ) : (
            <PublicAddress id={template.id} />
          ))}
      </fieldset>
      <Renewal fields={fields} />
    </>
  )
}

/** Which fields the public form has: those that the template takes from a request. */
function AskedFor({
  values: { subjectFrom, subjectTypes, subjectRequired, namesFrom, namesRequired },
}: {
  readonly values: TemplateValues
}) {
  const withNeed = (type: string) => `${attributeLabel(type)}${subjectRequired.includes(type) ? ' (required)' : ''}`
  const types = subjectFrom === 'any' ? subjectRequired : subjectTypes
  const named = [...types.map(withNeed), ...(subjectFrom === 'any' ? ['the usual other attributes'] : [])]
  const kinds = namesFrom.map((type) => NAME_TYPES.find((one) => one.type === type)?.label ?? type)
  return (
    <>
      <p className="hint">
        The form asks for what this template takes from a request. To change it, change that, in the tab “Subject”.
      </p>
      <Facts
        items={[
          ['Subject', named.join(', ') || 'Nothing'],
          ['Names', kinds.length === 0 ? 'None' : `${kinds.join(', ')}${namesRequired ? ' (one at least)' : ''}`],
        ]}
      />
    </>
  )
}

function Renewal({ fields }: Pick<TabProps, 'fields'>) {
  return (
    <fieldset className={classes['part']}>
      <legend>Renewal by the certificate itself</legend>
      <Switch
        label="A valid certificate may be renewed by its key"
        description="Its holder proves on the practice page of the CA, or by the API, that they have the old key, and gets the next certificate without another yes. Revoked, expired and held certificates renew nothing, and each renews once."
        {...fields.bindChecked('renewable')}
      />
      {fields.values.renewable && (
        <>
          <TextInput
            label="From how many days before its end"
            description="Not earlier, so that certificates are not renewed over and over."
            inputMode="numeric"
            {...fields.bind('renewWithinDays')}
          />
          <Switch
            label="Copy subject and names from the old one"
            description="Whatever the new request says. Without, a request may leave names out; one that adds or changes any waits for an officer."
            {...fields.bindChecked('renewCopiesNames')}
          />
          <Switch
            label="Revoke the old one"
            description="As superseded, once the new one is issued. Without, both are valid until the old one ends: time to put the new one in place."
            {...fields.bindChecked('renewRevokesOld')}
          />
        </>
      )}
    </fieldset>
  )
}
