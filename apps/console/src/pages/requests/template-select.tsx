import { Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { Template } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { useNames } from '../../frame/use-names.ts'

const consoleApi = getRouteApi('/console')

/** Templates that issue, of the active CA or of all. */
export function useTemplates(): readonly Template[] {
  const { ca } = consoleApi.useSearch()
  const { data } = useAsk('listTemplates', { query: { limit: 200, ...(ca !== undefined && { authority: ca }) } })
  return (data?.items ?? []).filter(({ enabled }) => enabled)
}

/** The choice of a template, grouped by CA. */
export function TemplateSelect({
  value,
  onChange,
  error,
  templates,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error: string | undefined
  readonly templates: readonly Template[]
}) {
  const nameOfId = useNames()
  const groups = Map.groupBy(templates, ({ authority }) => nameOfId(authority) ?? authority)
  return (
    <Select
      label="Template"
      description="What the certificate is for, and what it may say."
      searchable
      nothingFoundMessage="No template has this name."
      data={[...groups].map(([group, items]) => ({
        group,
        items: items.map(({ id, name }) => ({ value: id, label: name })),
      }))}
      value={value === '' ? null : value}
      error={error}
      onChange={(chosen) => onChange(chosen ?? '')}
    />
  )
}
