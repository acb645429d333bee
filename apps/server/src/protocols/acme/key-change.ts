import { recordIn } from './account.ts'
import { accountKey } from './account-key.ts'
import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { accountUrl } from './addresses.ts'
import { readJwk, thumbprintOf } from './jwk.ts'
import { isSignedBy, parseObject, readJws, utf8 } from './jws.ts'
import { fieldOf, neededPayload, neededText } from './payload.ts'
import { presentAccount } from './present-account.ts'

/** keyChange, RFC 8555 §7.3.5: the old key signs that the new one signs that it follows. */
export async function changeKey(request: AccountRequest, acme: Acme): Promise<AcmeAnswer> {
  const { account, url, domain } = request
  const inner = readJws(neededPayload(request.payload))
  const { jwk, nonce } = inner.header
  if (jwk === undefined) throw malformed('The inner JWS carries the new key as "jwk".')
  if (nonce !== undefined) throw malformed('The inner JWS has no "nonce".')
  if (inner.header.url !== url) throw malformed(`The "url" of the inner JWS is that of the outer one, ${url}.`)
  if (!(await isSignedBy(inner, accountKey(jwk), acme.verifySignature)))
    throw malformed('The inner JWS is not signed by the new key.')

  const change = parseObject(utf8(inner.payload, 'The inner payload'), 'The inner payload')
  const location = accountUrl(acme.url, account.id, account.directory)
  if (neededText(change, 'account') !== location) throw malformed('"account" is the address of the account that asks.')
  if (thumbprintOf(readJwk(fieldOf(change, 'oldKey'))) !== account.thumbprint)
    throw malformed('"oldKey" is not the present key of the account.')

  const thumbprint = thumbprintOf(jwk)
  const done = await domain.stores.acmeAccounts.changeKey(
    account.id,
    account.thumbprint,
    { jwk, thumbprint },
    recordIn(request, 'acme-account.change-key'),
  )
  if (done.result === 'taken') {
    const headers = { location: accountUrl(acme.url, done.by, account.directory) }
    throw new AcmeProblem(
      'malformed',
      done.by === account.id
        ? 'The account has the new key already: make another one.'
        : 'Another account of this directory has the new key: make another one.',
      {
        status: 409,
        headers,
      },
    )
  }
  if (done.result === 'overtaken') throw malformed('The key of the account was changed by another request meanwhile.')
  return {
    status: 200,
    body: presentAccount({ ...account, jwk, thumbprint }, acme.url),
    location,
    said: `the key is ${thumbprint} now`,
  }
}

function malformed(detail: string): AcmeProblem {
  return new AcmeProblem('malformed', `The key cannot be changed (RFC 8555 §7.3.5). ${detail}`)
}
