import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AcmePolicy } from '@chancery/api'
import { freePort, isFree } from '../../support/free-port.ts'
import { type NameServer, startNameServer } from '../../support/name-server.ts'
import { type RunningChancery, runChancery } from '../../support/running-chancery.ts'
import { until } from '../../support/until.ts'
import { clientPrograms } from './acme-programs.ts'
import { makeAuthority, type TestAuthority } from './chancery-api.ts'
import { openShell, type Shell } from './shell.ts'

/** A server that certifies example.com by ACME, the DNS of that domain, and desks at which its clients are tried. */
export interface AcmeLab {
  readonly chancery: RunningChancery
  readonly issuing: TestAuthority
  /** Opens a desk: in its folder the certificates of both roots, and `binding.json`, a binding of its own. */
  desk(options?: { readonly webServer?: boolean }): Promise<Desk>
  stop(): Promise<void>
}

/** A machine as a client's page takes it to be, in a folder of its own: its /etc and /var lie there, its ports are others. */
export interface Desk {
  readonly folder: string
  /** Where TLS of www.example.com is at this desk, if a client serves it. */
  readonly tlsPort: number
  /** Types commands of a page. */
  type(commands: string): Promise<string>
  /** Types commands that go on running; the desk does not wait for them. */
  start(commands: string): Promise<void>
  /** A path of the page, where it is here. */
  path(name: string): string
  close(): Promise<void>
}

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))

export async function openAcmeLab(): Promise<AcmeLab> {
  const [httpPort, tlsPort, https] = [await freePort(), await freePort(), await freePort()]
  const names = await startNameServer({ 'example.com': ['@ A 127.0.0.1', '* A 127.0.0.1'] })
  const chancery = await runChancery({
    env: {
      CHANCERY_URL: `https://localhost:${https}`,
      CHANCERY_HTTPS: `127.0.0.1:${https}`,
      CHANCERY_OUTBOUND_NETWORKS: '127.0.0.1',
      CHANCERY_ACME_RESOLVER: names.address,
      CHANCERY_ACME_HTTP_PORT: String(httpPort),
      CHANCERY_ACME_TLS_PORT: String(tlsPort),
    },
  })
  const root = await makeAuthority(chancery, { name: 'Root CA', keyType: 'ecdsa-p256' })
  const issuing = await makeAuthority(chancery, { name: 'Issuing CA', keyType: 'ecdsa-p256', parent: root })
  const { id: policy } = await chancery.api<AcmePolicy>('POST', '/acme-policies', {
    authority: issuing.id,
    name: 'Desks',
    profiles: [{ name: 'default', template: issuing.template, description: 'Web servers' }],
  })
  const place = { chancery, issuing, policy, names, httpPort, tlsPort }
  return {
    chancery,
    issuing,
    desk: (options = {}) => openDesk(place, options.webServer === true),
    stop: async () => {
      await chancery.stop()
      await names.stop()
    },
  }
}

interface Place {
  readonly chancery: RunningChancery
  readonly issuing: TestAuthority
  readonly policy: string
  readonly names: NameServer
  readonly httpPort: number
  readonly tlsPort: number
}

async function openDesk(place: Place, webServer: boolean): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-desk-'))
  // Apache serves as a user of its own.
  chmodSync(folder, 0o755)
  const { chancery, issuing, policy, names, httpPort, tlsPort } = place
  const [etc, web] = [join(folder, 'etc'), join(folder, 'var/www/html')]
  for (const made of [etc, web, join(folder, 'bin'), join(folder, 'var/log/apache2'), join(folder, 'ca-certificates')])
    mkdirSync(made, { recursive: true })
  for (const made of ['apache2/sites-available', 'ssl']) mkdirSync(join(etc, made), { recursive: true })
  writeFileSync(join(web, 'index.html'), 'Hello from Apache\n')
  writeFileSync(join(folder, 'root.pem'), issuing.chain.at(-1) ?? '')
  const platformCa = await fetch(`${chancery.origin}/platform-ca.pem`)
  writeFileSync(join(folder, 'platform-ca.pem'), await platformCa.text())
  const binding = await chancery.api('POST', `/acme-policies/${policy}/bindings`, { name: folder, allowedUses: 1 })
  writeFileSync(join(folder, 'binding.json'), JSON.stringify(binding))
  symlinkSync(join(CHECKOUT, 'node_modules'), join(folder, 'modules'))
  const bundle = join(folder, 'bundle.pem')
  for (const [name, script] of Object.entries(
    clientPrograms({ folder, bundle, httpPort, tlsPort, dnsPort: names.port }),
  )) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, 'bin', name), 0o755)
  }
  // The shell last: it would keep this process alive if its port was taken.
  const server = webServer ? await serveFolder(web, httpPort) : undefined
  const shell = openShell({ folder, env: environment(folder, bundle) })
  const moved = (text: string) => inFolder(text, folder, names)
  await shell.type(preparation(place))
  return {
    folder,
    tlsPort,
    type: (commands) => shell.type(moved(commands)),
    start: async (commands) => void (await shell.type(`{ ${moved(commands)} } > background.log 2>&1 &`)),
    path: (name) => join(folder, moved(name).replace(`${folder}/`, '')),
    close: async () => {
      server?.close()
      server?.closeAllConnections()
      await stopAll(shell, folder)
      // The next desk has the same ports, and what was stopped may hold them for a while.
      for (const port of [httpPort, tlsPort]) await until(() => isFree(port), `port ${port} is still held`)
    },
  }
}

/** Settings of programs by which the whole machine would trust the CA of the installation, after update-ca-certificates. */
function environment(folder: string, bundle: string): NodeJS.ProcessEnv {
  return {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    LC_ALL: 'C',
    TZ: 'UTC',
    REQUESTS_CA_BUNDLE: bundle,
    SSL_CERT_FILE: bundle,
    NODE_EXTRA_CA_CERTS: bundle,
    CURL_CA_BUNDLE: bundle,
  }
}

/** What a page says of the machine, as it is here: folders of the system lie in the desk's own, and a name server has a port. */
function inFolder(text: string, folder: string, names: NameServer): string {
  return text
    .replaceAll(/(?<![\w.])\/(etc|var)\//g, `${folder}/$1/`)
    .replaceAll('/usr/local/share/ca-certificates/', `${folder}/ca-certificates/`)
    .replaceAll('RFC2136_NAMESERVER=ns.example.com', `RFC2136_NAMESERVER=${names.address}`)
}

/** The shell of docs/first-certificate.md, as far as docs/acme/README.md goes on in it. */
function preparation({ chancery, issuing }: Place): string {
  return `
issuing=${issuing.id} template=${issuing.template}
api() { curl -sS --fail-with-body -H "Authorization: Bearer ${chancery.token}" "${chancery.origin}/api/v1/$@"; }`
}

/** A web server for one folder. */
async function serveFolder(folder: string, port: number) {
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(folder, normalize(new URL(request.url ?? '', 'http://x').pathname))))
    } catch {
      response.writeHead(404).end()
    }
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return server
}

async function stopAll(shell: Shell, folder: string): Promise<void> {
  await shell.type(`[ ! -e ${folder}/httpd.pid ] || kill "$(cat ${folder}/httpd.pid)"`)
  await shell.close()
}
