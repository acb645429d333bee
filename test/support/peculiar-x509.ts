import './reflect-metadata.ts'

/** `@peculiar/x509`, an independent reader of the same structures. */
export * from '@peculiar/x509'
