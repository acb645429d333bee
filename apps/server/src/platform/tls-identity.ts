/** What the https listener proves its name by. */
export interface TlsIdentity {
  /** PEM: its certificate, then those above it. */
  readonly certificate: string
  /** PEM, not encrypted. */
  readonly key: string
}
