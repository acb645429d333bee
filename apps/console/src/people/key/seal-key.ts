/** A key under a password, as it rests in the browser. */
export interface SealedKey {
  readonly salt: Uint8Array<ArrayBuffer>
  readonly iterations: number
  readonly iv: Uint8Array<ArrayBuffer>
  readonly sealed: Uint8Array<ArrayBuffer>
}

/** Rounds of PBKDF2 with SHA-256: what OWASP asks of such stores. */
const ITERATIONS = 600_000

/** Encrypts a key by AES-256-GCM under a password. `about` is bound to it: opened with another one it does not open. */
export async function sealKey(pkcs8: Uint8Array<ArrayBuffer>, password: string, about: string): Promise<SealedKey> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await sealingKey(password, salt, ITERATIONS)
  const sealed = new Uint8Array(await crypto.subtle.encrypt(cipher(iv, about), key, pkcs8))
  return { salt, iterations: ITERATIONS, iv, sealed }
}

/** The key again; `undefined` when the password is another one. */
export async function unsealKey(
  { salt, iterations, iv, sealed }: SealedKey,
  password: string,
  about: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const key = await sealingKey(password, salt, iterations)
  try {
    return new Uint8Array(await crypto.subtle.decrypt(cipher(iv, about), key, sealed))
  } catch {
    return undefined
  }
}

async function sealingKey(password: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', new TextEncoder().encode(password), 'PBKDF2', false, [
    'deriveKey',
  ])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
  return crypto.subtle.deriveKey(derivation, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

function cipher(iv: Uint8Array<ArrayBuffer>, about: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(about) }
}
