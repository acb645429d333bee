import type { AcmeAccount, AcmeOrder } from '../../api/operations.ts'
import { StateBadge } from '../../components/state-badge.tsx'

/** What an account is called: its first contact, or the beginning of its key's thumbprint. */
export function accountName({ contacts: [contact], thumbprint }: AcmeAccount): string {
  return contact === undefined ? `Key ${thumbprint.slice(0, 10)}…` : contact.replace(/^mailto:/, '')
}

const STATES = {
  valid: ['good', 'Valid'],
  deactivated: ['off', 'Deactivated by its client'],
  revoked: ['bad', 'Deactivated'],
} as const

export function AccountState({ status }: Pick<AcmeAccount, 'status'>) {
  const [tone, word] = STATES[status]
  return <StateBadge tone={tone}>{word}</StateBadge>
}

const ORDER_STATES = {
  pending: ['wait', 'Waits for proofs'],
  ready: ['info', 'Proven'],
  processing: ['wait', 'Being signed'],
  valid: ['good', 'Issued'],
  invalid: ['bad', 'Failed'],
} as const

export function OrderState({ status }: Pick<AcmeOrder, 'status'>) {
  const [tone, word] = ORDER_STATES[status]
  return <StateBadge tone={tone}>{word}</StateBadge>
}
