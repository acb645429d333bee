/**
 * Which names a template certifies. Once a template has rules, a name type without one is refused. No regular expressions:
 * compared as A-labels in lower case.
 */
export interface AllowRules {
  /** `example.com` that name; `*.example.com` one label below; `**.example.com` any depth below. */
  readonly dns: readonly string[]
  /** Networks in CIDR; a single address is a network of its own. */
  readonly ip: readonly string[]
  /** Domains of addresses: `example.com`. */
  readonly email: readonly string[]
  /** Domains of user principal names. */
  readonly upn: readonly string[]
  /** `scheme://host`, the host by the rules for DNS: `https://**.example.com`. */
  readonly uri: readonly string[]
}
