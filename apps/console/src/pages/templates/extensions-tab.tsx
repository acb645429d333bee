import { Switch, TagsInput, TextInput } from '@mantine/core'
import { RowsField } from './rows-field.tsx'
import { listField, type TabProps } from './tab.ts'

/** What else stands in a certificate. */
export function ExtensionsTab({ fields }: TabProps) {
  return (
    <>
      <TagsInput
        label="Copied from requests"
        description="Object identifiers of requested extensions that are taken over as they are. All others are shown to who approves, and ignored."
        {...listField(fields, 'copyExtensions')}
      />
      <RowsField
        legend="Always added"
        says="For devices that look for an extension of their maker."
        thing="extension"
        rows={fields.values.extraExtensions}
        first={{ id: '', critical: false, value: '' }}
        error={fields.errors['extraExtensions']}
        onChange={(rows) => fields.set('extraExtensions', rows)}
      >
        {(one, change) => (
          <>
            <TextInput
              label="Object identifier"
              value={one.id}
              onChange={(event) => change({ id: event.currentTarget.value })}
            />
            <TextInput
              label="Value"
              description="DER in base64: what stands inside its OCTET STRING."
              value={one.value}
              onChange={(event) => change({ value: event.currentTarget.value })}
            />
            <Switch
              label="Critical"
              checked={one.critical}
              onChange={(event) => change({ critical: event.currentTarget.checked })}
            />
          </>
        )}
      </RowsField>
    </>
  )
}
