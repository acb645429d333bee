import type { Config } from '../platform/config.ts'
import { isLoopback } from '../platform/settings.ts'

/**
 * Lines for a shell that call the API of a running server and work as they stand. `token`: what the shell puts in the place of the
 * token. Curl is told of the CA of the installation itself, which no machine trusts, where that is whose certificate it meets.
 */
export function firstCall(
  { url, publicUrl, http, tls, tlsFiles }: Pick<Config, 'url' | 'publicUrl' | 'http' | 'tls' | 'tlsFiles'>,
  token: string,
): readonly string[] {
  const call = (trusting: string, origin: string) =>
    `curl ${trusting}-H "Authorization: Bearer ${token}" ${origin}/api/v1/authorities`
  const isOurs = tls === 'own' && tlsFiles === undefined && url.startsWith('https:')
  if (!isOurs) return [call('', url)]
  // On this machine the plain listener serves the same.
  if (isLoopback(url)) return [call('', `http://localhost:${http.port}`)]
  return [`curl -o platform-ca.pem ${publicUrl}/platform-ca.pem`, call('--cacert platform-ca.pem ', url)]
}
