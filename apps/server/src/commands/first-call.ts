import type { Config } from '../platform/config.ts'
import { isLoopback } from '../platform/settings.ts'

/**
 * Lines for a shell on the machine of a running server that call its API and work as they stand. `token`: what the shell puts in the place of the
 * token. Curl is told of the CA of the installation itself, which no machine trusts, where that is whose certificate it meets.
 */
export function firstCall(
  { url, http, tls, tlsFiles }: Pick<Config, 'url' | 'http' | 'tls' | 'tlsFiles'>,
  token: string,
): readonly string[] {
  const call = (trusting: string, origin: string) =>
    `curl ${trusting}-H "Authorization: Bearer ${token}" ${origin}/api/v1/authorities`
  const isOurs = tls === 'own' && tlsFiles === undefined && url.startsWith('https:')
  if (!isOurs) return [call('', url)]
  const here = `http://${plainHostOf(http)}:${http.port}`
  // On this machine the plain listener serves the same.
  if (isLoopback(url)) return [call('', here)]
  // From here and not from its public address: who stands on the way could give another, and would have the token.
  return [`curl -o platform-ca.pem ${here}/platform-ca.pem`, call('--cacert platform-ca.pem ', url)]
}

/** Where a program on this machine finds the plain listener. */
function plainHostOf({ host }: Config['http']): string {
  if (host === '0.0.0.0' || host === '::' || isLoopback(`http://${inUrl(host)}`)) return 'localhost'
  return inUrl(host)
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
