/** `@chancery/key-files`: files with a private key, made and opened. See README.md. */
export * from './browser-crypto.ts'
export * from './encrypt-by-password.ts'
export * from './file-crypto.ts'
export * from './key-import-error.ts'
export * from './make-pem.ts'
export * from './make-pkcs12.ts'
export * from './read-key-file.ts'
