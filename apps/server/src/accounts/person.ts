import { Refusal } from '@chancery/pki'

/** An address in lower case. Only what no mail server could take is refused: whether it is anybody's, a mail would tell. */
export function checkEmail(email: string): string {
  const address = email.trim().toLowerCase()
  if (address.length <= 254 && /^[^\s@\p{Cc}]{1,64}@[^\s@.\p{Cc}]+(\.[^\s@.\p{Cc}]+)*$/u.test(address)) return address
  throw refuse('email', 'The e-mail address is none: give one as name@example.com.')
}

/** The name of a person, without spaces around it. */
export function checkName(name: string): string {
  const trimmed = name.trim()
  if (/^[^\p{Cc}]{1,100}$/u.test(trimmed)) return trimmed
  throw refuse('name', 'A name has 1 to 100 characters.')
}

/** The name of a tenant, without spaces around it. */
export function checkTenantName(name: string): string {
  const trimmed = name.trim()
  if (/^[^\p{Cc}]{1,100}$/u.test(trimmed)) return trimmed
  throw refuse('tenantName', 'The name of the tenant has 1 to 100 characters.')
}

function refuse(field: string, detail: string): Refusal {
  return new Refusal('not-permitted', detail, [{ field: `/${field}`, detail }])
}
