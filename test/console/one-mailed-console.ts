import { after } from 'node:test'
import { fillTenant } from './fill-tenant.ts'
import { openMailedConsole } from './mailed-console.ts'

/** One console whose mails are read, for all stories that a test file imports. */
export const console = await openMailedConsole(after)

/** What its tenant has when the stories begin. */
export const shown = await fillTenant(console.server)
