/** Why a file gives no key. Messages name the rule that failed; they hold nothing of the file or the password. */
export const KEY_IMPORT_PROBLEMS = [
  /** Neither PEM nor DER of a form that is read, or cut off, or broken inside. */
  'broken',
  /** The file is encrypted and no password came with it. */
  'password-required',
  /** The password does not open the file, or the file was changed. */
  'wrong-password',
  /** Encrypted or authenticated in a way that is not read. */
  'unsupported-encryption',
  /** So many iterations that opening it would be an attack. */
  'too-costly',
  /** A file without a private key. */
  'no-key',
  /** More than one private key: which one is meant? */
  'several-keys',
  /** A key of a type, size or curve that Chancery does not sign with. */
  'unsupported-key',
  /** Private and public half, or private and certificate, do not belong together. */
  'inconsistent',
] as const
export type KeyImportProblem = (typeof KEY_IMPORT_PROBLEMS)[number]

export class KeyImportError extends Error {
  override readonly name = 'KeyImportError'
  readonly problem: KeyImportProblem

  constructor(problem: KeyImportProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}
