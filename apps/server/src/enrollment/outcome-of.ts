import { type GrantId, Refusal } from '@chancery/pki'
import type { IssuanceLedger } from '../issuance/issuance-ledger.ts'
import type { Outcome } from '../issuance/issue-certificate.ts'

/**
 * What a grant has led to so far, by the id that its certificate has or will have. Throws `Refusal` 'not-found', and 'gone' with the
 * reason for an issuance that was given up.
 */
export async function outcomeOf(id: string, ledger: Pick<IssuanceLedger, 'find'>): Promise<Outcome> {
  const issuance = await ledger.find(id as GrantId)
  switch (issuance?.state) {
    case undefined:
      throw new Refusal('not-found', 'There is no such certificate.')
    case 'issued':
      return { state: 'issued', id: issuance.id, certificate: issuance.der }
    case 'intent':
      return { state: 'pending', id: issuance.intent.id, waitsFor: 'key' }
    case 'abandoned':
      throw new Refusal('gone', `This issuance was given up: ${issuance.reason}`)
  }
}

/** The CA that is to sign a certificate that waits for its signature; `undefined` when none waits under this id. */
export async function authorityOfIntent(id: string, ledger: Pick<IssuanceLedger, 'find'>): Promise<string | undefined> {
  const issuance = await ledger.find(id as GrantId)
  return issuance?.state === 'intent' ? issuance.intent.authority : undefined
}
