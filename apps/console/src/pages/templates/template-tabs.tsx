import { Tabs } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Template } from '../../api/operations.ts'
import type { Fields } from '../../components/use-fields.ts'
import { AddressesTab } from './addresses-tab.tsx'
import { ConstraintsTab } from './constraints-tab.tsx'
import { EnrollmentTab } from './enrollment-tab.tsx'
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
  enrollment: EnrollmentTab,
} as const

/** All options of a template. A tab with something wrong in it says so, and opens. */
export function TemplateTabs({
  fields,
  template,
  first = 'general',
}: {
  readonly fields: Fields<TemplateValues>
  /** As it is saved; absent while it is new. */
  readonly template?: Template
  /** The tab that is open at first. */
  readonly first?: TabName | undefined
}) {
  const [open, setOpen] = useState<TabName>(first)
  useEffect(() => setOpen(first), [first])
  const wrong = new Set(Object.keys(fields.errors).map(tabOf))
  const firstWrong = TAB_NAMES.find((name) => wrong.has(name))
  useEffect(() => {
    if (firstWrong !== undefined) setOpen(firstWrong)
  }, [firstWrong])
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
              <Panel fields={fields} template={template} />
            </div>
          </Tabs.Panel>
        )
      })}
    </Tabs>
  )
}
