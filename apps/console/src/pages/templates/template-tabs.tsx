import { Tabs } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Fields } from '../../components/use-fields.ts'
import { AddressesTab } from './addresses-tab.tsx'
import { ConstraintsTab } from './constraints-tab.tsx'
import { ExtensionsTab } from './extensions-tab.tsx'
import { GeneralTab } from './general-tab.tsx'
import { RulesTab } from './rules-tab.tsx'
import { SubjectTab } from './subject-tab.tsx'
import { TAB_NAMES, TABS, type TabName, tabOf } from './template-fields-of.ts'
import classes from './template-tabs.module.css'
import type { TemplateValues } from './template-values.ts'
import { UsageTab } from './usage-tab.tsx'

const PANELS = {
  general: GeneralTab,
  subject: SubjectTab,
  rules: RulesTab,
  usage: UsageTab,
  constraints: ConstraintsTab,
  addresses: AddressesTab,
  extensions: ExtensionsTab,
} as const

/** All options of a template. A tab with something wrong in it says so, and opens. */
export function TemplateTabs({
  fields,
  isNew = false,
}: {
  readonly fields: Fields<TemplateValues>
  readonly isNew?: boolean
}) {
  const [open, setOpen] = useState<TabName>('general')
  const wrong = new Set(Object.keys(fields.errors).map(tabOf))
  const first = TAB_NAMES.find((name) => wrong.has(name))
  useEffect(() => {
    if (first !== undefined) setOpen(first)
  }, [first])
  return (
    <Tabs value={open} onChange={(chosen) => setOpen(TAB_NAMES.find((name) => name === chosen) ?? 'general')}>
      <Tabs.List className={classes['list'] ?? ''}>
        {TAB_NAMES.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {TABS[name].label}
            {wrong.has(name) && <span className={classes['wrong']}> (wrong)</span>}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {TAB_NAMES.map((name) => {
        const Panel = PANELS[name]
        return (
          <Tabs.Panel key={name} value={name} pt="md">
            <div className="stack">
              <Panel fields={fields} isNew={isNew} />
            </div>
          </Tabs.Panel>
        )
      })}
    </Tabs>
  )
}
