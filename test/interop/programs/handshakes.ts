import { checkServerIdentity, connect } from 'node:tls'
import type { Workbench } from './workbench.ts'

/** An https server, as a client is told of it: `host` is what it names, wherever it listens. */
export interface Target {
  readonly host: string
  readonly port: number
  /** The file of the root to trust, in the workbench. */
  readonly root: string
}

/** What a program says of a server's certificate: nothing when it trusts it. */
export type Judge = (bench: Workbench, target: Target) => Promise<string>

/** Programs that nobody here wrote shake hands, each with its own idea of name constraints (RFC 5280 §4.2.1.10). */
export const JUDGES_OF_SERVERS: Readonly<Record<string, Judge>> = {
  curl: async (bench, { host, port, root }) => {
    const to = `${bracketed(host)}:${port}`
    const at = ['--connect-to', `${to}:127.0.0.1:${port}`, `https://${to}/healthz`]
    return told(await bench.attempt('curl', '-sS', '--cacert', root, ...at), /"alive"/)
  },
  'openssl s_client': async (bench, { host, port, root }) => {
    const name = isAddress(host) ? ['-verify_ip', host] : ['-servername', host, '-verify_hostname', host]
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', root, '-x509_strict', '-verify_return_error']
    return told(await bench.attempt('openssl', ...args, ...name), /Verify return code: 0 \(ok\)/)
  },
  'gnutls-cli': async (bench, { host, port, root }) => {
    const name = isAddress(host) ? ['--verify-hostname', host] : ['--sni-hostname', host, '--verify-hostname', host]
    const args = ['--x509cafile', root, '--port', String(port), ...name, '127.0.0.1']
    return told(await bench.attempt('gnutls-cli', ...args), /The certificate is trusted/)
  },
  'Node.js': (bench, { host, port, root }) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const socket = connect({
      host: '127.0.0.1',
      port,
      ca: bench.read(root),
      ...(!isAddress(host) && { servername: host }),
      checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    })
    socket.on('secureConnect', () => {
      socket.destroy()
      resolve('')
    })
    socket.on('error', (error) => resolve(error.message))
    return promise
  },
}

function told({ status, output }: { readonly status: number; readonly output: string }, trusts: RegExp): string {
  return status === 0 && trusts.test(output) ? '' : `ended with ${status}: ${output}`
}

function isAddress(host: string): boolean {
  return /^[\d.]+$|:/.test(host)
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
