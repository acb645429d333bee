import { spawn } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { guardAgainstOurDeath, letProcessEnd } from './guard-against-our-death.ts'
import { until } from './until.ts'

/** BIND with zones of its own, on a port of this machine. It answers for these zones and refuses all others. */
export interface NameServer {
  readonly port: number
  /** `127.0.0.1:…` */
  readonly address: string
  stop(): Promise<void>
}

/** Records of zones, by the name of the zone, as in a zone file without its SOA and NS. */
export type Zones = Readonly<Record<string, readonly string[]>>

/** Starts `named` (Debian: bind9). Anybody on this machine may change the zones with `nsupdate`. It never outlives this process. */
export async function startNameServer(zones: Zones): Promise<NameServer> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-named-'))
  const port = await freePort()
  mkdirSync(join(folder, 'zones'))
  for (const [zone, records] of Object.entries(zones)) writeFileSync(join(folder, 'zones', zone), zoneFile(records))
  const config = join(folder, 'named.conf')
  writeFileSync(config, configuration(folder, port, Object.keys(zones)))

  const server = spawn('named', ['-f', '-n', '1', '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const guard = guardAgainstOurDeath({ pid: server.pid, folder, signal: 'KILL' })
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-20_000)
  })
  const [zone = 'example.test'] = Object.keys(zones)
  const address = `127.0.0.1:${port}`
  try {
    await answers(address, zone, () => {
      if (server.exitCode !== null) throw new Error('named ended')
    })
  } catch (error) {
    server.kill('SIGKILL')
    throw new Error(`named does not serve:\n${said}`, { cause: error })
  }
  letProcessEnd(server, server.stderr)
  return {
    port,
    address,
    stop: async () => {
      server.ref()
      server.kill('SIGTERM')
      await gone
      await guard.release()
    },
  }
}

function zoneFile(records: readonly string[]): string {
  return ['$TTL 1', '@ SOA ns hostmaster 1 3600 600 86400 1', '@ NS ns', 'ns A 127.0.0.1', ...records, ''].join('\n')
}

function configuration(folder: string, port: number, zones: readonly string[]): string {
  return `
options {
  directory "${folder}";
  pid-file "${folder}/named.pid";
  session-keyfile "${folder}/session.key";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  empty-zones-enable no;
  check-names primary ignore;
};
controls { };
logging { channel quiet { stderr; severity warning; }; category default { quiet; }; };
${zones.map((zone) => `zone "${zone}" { type primary; file "zones/${zone}"; allow-update { 127.0.0.1; }; };`).join('\n')}
`
}

async function answers(address: string, zone: string, check: () => void): Promise<void> {
  await until(() => {
    check()
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([address])
    return resolver.resolveSoa(zone).then(
      () => true,
      () => false,
    )
  }, 'named did not answer')
}
