import { MultiSelect, Select, Switch, TagsInput, Textarea } from '@mantine/core'
import { NAME_TYPES, SUBJECT_ATTRIBUTES } from '../../words/attributes.ts'
import { listField, type TabProps } from './tab.ts'

const TYPES = SUBJECT_ATTRIBUTES.map(({ type }) => type)

/** Where the subject and the names of a certificate come from. */
export function SubjectTab({ fields }: TabProps) {
  const from = fields.bind('subjectFrom')
  return (
    <>
      <Select
        label="Subject"
        description="The name of whom it is for: common name, organization and so on."
        data={[
          { value: 'any', label: 'Every attribute that the request has' },
          { value: 'some', label: 'Only these attributes of the request' },
        ]}
        allowDeselect={false}
        {...from}
        onChange={(chosen) => from.onChange(chosen === 'any' ? 'any' : 'some')}
      />
      {fields.values.subjectFrom === 'some' && (
        <TagsInput
          label="Attributes from the request"
          description="By name or object identifier. None: the subject is what is fixed below."
          data={TYPES}
          {...listField(fields, 'subjectTypes')}
        />
      )}
      <TagsInput
        label="Required attributes"
        description="A request without one of them is refused."
        data={TYPES}
        {...listField(fields, 'subjectRequired')}
      />
      <Textarea
        label="Fixed attributes"
        description="Always set, in place of what a request says. One to a line: organizationName=Example GmbH."
        autosize
        minRows={2}
        {...fields.bind('subjectFixed')}
      />
      <MultiSelect
        label="Names from the request"
        description="Subject alternative names: what clients compare with where they connect to."
        data={NAME_TYPES.map(({ type, label }) => ({ value: type, label }))}
        {...listField(fields, 'namesFrom')}
      />
      <Switch
        label="At least one name is required"
        description="Browsers take no server certificate without."
        {...fields.bindChecked('namesRequired')}
      />
      <Switch
        label="Add the common name where the request has no names"
        description="When it looks like a host or an address. For old devices that make such requests."
        {...fields.bindChecked('fromCommonName')}
      />
      <Textarea
        label="Fixed names"
        description="Always added. One to a line: dns=www.example.com."
        autosize
        minRows={2}
        {...fields.bind('namesFixed')}
      />
    </>
  )
}
