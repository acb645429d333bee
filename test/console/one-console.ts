import { after } from 'node:test'
import { openConsole } from './open-console.ts'

/** One console for all stories that a test file imports: to start it takes longer than many a story. */
export const console = await openConsole(after)
