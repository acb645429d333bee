/** `@chancery/x509`: bytes in, values out, and back. See README.md for the order in which to read the files. */

export * from './algorithm-identifiers.ts'
export * from './algorithms.ts'
export * from './bytes.ts'
export * from './key-type.ts'
export * from './pem.ts'
export * from './public-key.ts'
