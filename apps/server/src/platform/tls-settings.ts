import type { ListenAddress } from './settings.ts'

/** Who ends TLS: this server, or a proxy in front of its plain listener. */
export type TlsMode = 'own' | 'proxy'

export const DEFAULT_HTTPS: ListenAddress = { host: '127.0.0.1', port: 8443 }

/** Where a certificate of one's own lies. */
export interface TlsFiles {
  readonly certificate: string
  readonly key: string
}

/** https on this machine; behind a proxy, which listens somewhere that we cannot know, the plain listener. */
export function defaultUrl(tls: TlsMode, http: ListenAddress, https: ListenAddress = DEFAULT_HTTPS): string {
  if (tls === 'proxy') return new URL(`http://localhost:${http.port}`).origin
  return `https://localhost${https.port === 443 ? '' : `:${https.port}`}`
}

/** What is said of TLS, as far as it could be read. */
export interface TlsSettings {
  readonly tls: TlsMode
  readonly http: ListenAddress
  readonly asked: ListenAddress | undefined
  readonly files: { readonly [Part in keyof TlsFiles]: string | undefined }
}

/** A sentence for each variable that cannot stand beside another one. */
export function tlsContradictions({ tls, http, asked, files }: TlsSettings): readonly string[] {
  const errors: string[] = []
  const alone = 'is needed too: certificate and key come as a pair'
  if (files.certificate !== undefined && files.key === undefined) errors.push(`CHANCERY_TLS_KEY_FILE ${alone}.`)
  if (files.certificate === undefined && files.key !== undefined) errors.push(`CHANCERY_TLS_CERT_FILE ${alone}.`)
  const idle = 'has no use while CHANCERY_TLS is "proxy": the proxy ends TLS. Leave one of the two out'
  if (tls === 'proxy' && asked !== undefined) errors.push(`CHANCERY_HTTPS ${idle}.`)
  if (tls === 'proxy' && files.certificate !== undefined) errors.push(`CHANCERY_TLS_CERT_FILE ${idle}.`)
  if (asked?.port === http.port && asked.host === http.host)
    errors.push('CHANCERY_HTTPS is the address of CHANCERY_HTTP: plain HTTP and https need a port each.')
  return errors
}

/** Whether both files are named. */
export function isPair(files: TlsSettings['files']): files is TlsFiles {
  return files.certificate !== undefined && files.key !== undefined
}
