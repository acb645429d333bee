import type { Template } from '../../api/operations.ts'
import type { Fields } from '../../components/use-fields.ts'
import type { TemplateValues } from './template-values.ts'

/** What a tab of a template gets. */
export interface TabProps {
  readonly fields: Fields<TemplateValues>
  /** As it is saved; `undefined` while it is new. */
  readonly template: Template | undefined
}

type ListName = {
  [N in keyof TemplateValues]: TemplateValues[N] extends readonly string[] ? N : never
}[keyof TemplateValues]

/** What a `MultiSelect` or `TagsInput` needs for a field that holds a list. */
export function listField(fields: TabProps['fields'], name: ListName) {
  const { value, onChange, ...bound } = fields.bind(name)
  return { ...bound, value: [...value], onChange: (chosen: string[]) => onChange(chosen) }
}
