/** `@chancery/api`: what goes over the HTTP API, as schemas and as types. See README.md. */
export * from './named.ts'
export * from './page.ts'
export * from './problem.ts'
export * from './schemas.ts'
export * from './values.ts'
