import { Button, Switch, TagsInput, TextInput } from '@mantine/core'
import { Notice } from '../../components/states.tsx'
import { listField, type TabProps } from './tab.ts'
import classes from './template-tabs.module.css'

/** What else stands in a certificate. */
export function ExtensionsTab({ fields }: TabProps) {
  const { extraExtensions: all } = fields.values
  const change = (at: number, part: Partial<(typeof all)[number]>) => {
    const one = all[at]
    if (one !== undefined) fields.set('extraExtensions', all.with(at, { ...one, ...part }))
  }
  return (
    <>
      <TagsInput
        label="Copied from requests"
        description="Object identifiers of requested extensions that are taken over as they are. All others are shown to who approves, and ignored."
        {...listField(fields, 'copyExtensions')}
      />
      <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
        <legend style={{ fontWeight: 500 }}>Always added</legend>
        <p className="hint">For devices that look for an extension of their maker.</p>
        {fields.errors['extraExtensions'] !== undefined && (
          <Notice tone="bad">
            <p>{fields.errors['extraExtensions']}</p>
          </Notice>
        )}
        <div className={classes['rows']}>
          {all.map((one, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an extension is its place in the list while it is being typed
            <div key={at} className={classes['row']}>
              <TextInput
                label="Object identifier"
                value={one.id}
                onChange={(event) => change(at, { id: event.currentTarget.value })}
              />
              <TextInput
                label="Value"
                description="DER in base64: what stands inside its OCTET STRING."
                value={one.value}
                onChange={(event) => change(at, { value: event.currentTarget.value })}
              />
              <Switch
                label="Critical"
                checked={one.critical}
                onChange={(event) => change(at, { critical: event.currentTarget.checked })}
              />
              <div>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  onClick={() => fields.set('extraExtensions', all.toSpliced(at, 1))}
                >
                  Remove extension
                </Button>
              </div>
            </div>
          ))}
        </div>
        <Button
          mt="sm"
          variant="default"
          size="xs"
          onClick={() => fields.set('extraExtensions', [...all, { id: '', critical: false, value: '' }])}
        >
          Add extension
        </Button>
      </fieldset>
    </>
  )
}
