import type { TSchema } from 'typebox'
import { Problem } from './problem.ts'

/** Every schema with a name: the server registers them, and OpenAPI lists them under `components`. */
export const SCHEMAS: readonly TSchema[] = [Problem]
