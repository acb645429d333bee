import { after } from 'node:test'
import { openDemo } from './open-demo.ts'

/** One demo for all stories that a test file imports. */
export const demo = await openDemo(after, { certificates: 400 })

export const officer = await demo.as('officer')
