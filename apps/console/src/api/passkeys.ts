import { ApiProblem } from './api-problem.ts'
import { callApi } from './call-api.ts'

/** Signs in by a passkey that the browser finds. Throws `ApiProblem`, also when the person does not go through with it. */
export async function signInByPasskey(): Promise<void> {
  const options = await callApi('beginSignInByPasskey', {})
  const credential = await ceremony(() =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asOptions(options)) }),
  )
  await callApi('signInByPasskey', { body: { response: credential } })
}

/** Makes a passkey for who is signed in. Throws `ApiProblem`, also when the person does not go through with it. */
export async function addPasskey(name: string): Promise<void> {
  const options = await callApi('beginPasskey', {})
  const credential = await ceremony(() =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asOptions(options)) }),
  )
  await callApi('addPasskey', { body: { response: credential, name } })
}

/** Whether this browser has what passkeys need: without it the buttons for them are not shown. */
export function knowsPasskeys(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential
}

async function ceremony(ask: () => Promise<Credential | null>): Promise<{ [name: string]: unknown }> {
  const credential = await ask().catch((error: unknown) => {
    throw notDone(error)
  })
  if (!(credential instanceof PublicKeyCredential)) throw notDone(undefined)
  return { ...credential.toJSON() }
}

/** The options are those of W3C Web Authentication §5.1.10, as the server's library writes them. */
function asOptions<Options>(options: { [name: string]: unknown }): Options {
  return options as Options
}

function notDone(error: unknown): ApiProblem {
  const isKnown = error instanceof DOMException && error.name === 'InvalidStateError'
  const detail = isKnown
    ? 'This device holds a passkey of this account already.'
    : 'No passkey was used. Try again, or go another way.'
  return new ApiProblem({ type: 'about:blank', title: 'No passkey', status: 0, code: 'unauthenticated', detail })
}
