import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { generateKey, generateMasterKey, keyPool, sealer } from '@chancery/keys'
import { encodePem } from '@chancery/x509'
import { freePort } from '../../../../test/support/free-port.ts'
import type { Act } from '../../src/audit/audit-record.ts'
import { sealKeyOf } from '../../src/audit/seal-key.ts'
import { createIntermediate } from '../../src/authorities/create-intermediate.ts'
import { createRoot } from '../../src/authorities/create-root.ts'
import { enroll } from '../../src/enrollment/enroll.ts'
import { type Installation, openInstallation, type TenantDomain } from '../../src/installation.ts'
import type { Authority } from '../../src/issuers/authority.ts'
import { openMigratedStores } from '../../src/open-chancery.ts'
import { systemRandom } from '../../src/platform/clock-and-random.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createHttpServer } from '../../src/platform/http-server.ts'
import { idMaker, publicIdMaker } from '../../src/platform/ids.ts'
import { createLog, silentLog } from '../../src/platform/log.ts'
import { mountPublicRoutes } from '../../src/platform/mount-public-routes.ts'
import { STYLE_ROUTE } from '../../src/platform/page.ts'
import type { PublicRoute } from '../../src/platform/public-routes.ts'
import { aiaRoutes } from '../../src/protocols/aia/aia-routes.ts'
import { cpsRoutes } from '../../src/protocols/cps/cps-routes.ts'
import { crlRoutes } from '../../src/protocols/crl/crl-routes.ts'
import { ocspRoutes } from '../../src/protocols/ocsp/ocsp-routes.ts'
import { type RevocationReason, revoke } from '../../src/revocation/revoke.ts'
import { isUnavailable } from '../../src/store/database-errors.ts'

const TENANT = 'tenant-1'

export interface IssuedCertificate {
  readonly id: string
  readonly der: Uint8Array
  /** A file with the certificate in PEM. */
  readonly file: string
}

/** A server with the public services over a real store, a root and an issuing CA below it. */
export interface PublicWorld {
  readonly app: Awaited<ReturnType<typeof createHttpServer>>['app']
  /** The http origin, once `listen` was called. */
  readonly url: string
  listen(): Promise<void>
  readonly installation: Installation
  readonly domain: TenantDomain
  readonly root: Authority
  readonly issuing: Authority
  /** Stands still unless it is moved. */
  readonly clock: { at: number }
  readonly folder: string
  readonly logged: () => string
  act(): Act
  /** The public id of a CA's generation, the first unless said otherwise. */
  generationOf(authority: Authority, number?: number): Promise<string>
  issue(commonName: string): Promise<IssuedCertificate>
  revoke(certificate: IssuedCertificate, reason: RevocationReason): Promise<void>
  /** Writes PEM into a file of the world's folder. */
  pemFile(name: string, ...ders: readonly Uint8Array[]): string
}

/** Makes a world that ends with the test. */
export async function publicWorld(t: TestContext): Promise<PublicWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-public-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()
  const config = loadConfig({
    CHANCERY_HTTP: `127.0.0.1:${port}`,
    CHANCERY_URL: `http://localhost:${port}`,
    CHANCERY_DATA: folder,
  })
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => lines.push(line) })
  const clock = { at: Date.now() }
  const now = () => clock.at
  const newId = idMaker(now, systemRandom)

  const stores = await openMigratedStores(config, newId)
  t.after(() => stores.close())
  const masterKey = generateMasterKey()
  const installation = openInstallation({
    stores,
    sealer: sealer(masterKey),
    sealKey: () => sealKeyOf(masterKey),
    pool: keyPool(),
    publicUrl: config.publicUrl,
    url: 'https://pki.example.com',
    deliversMail: false,
    random: systemRandom,
    fetchIssuers: async () => [],
    now,
    newId,
    newPublicId: publicIdMaker(systemRandom),
    serialNumber: () => BigInt(`0x7${systemRandom(15).toHex()}`),
    isUnavailable,
    report: (error, where) => log.error('could not be done', { error, where }),
  })
  const act = (): Act => ({ tenant: TENANT, actor: { kind: 'command-line' }, at: now() })
  await makeTenant(installation, newId(), act())
  const domain = installation.for(TENANT)
  const root = await createRoot(named('Harbour Root CA'), act(), domain.authorities)
  const issuing = await createIntermediate(
    { ...named('Harbour Issuing CA'), parent: root.id },
    act(),
    domain.authorities,
  )

  const http = await createHttpServer({ config, log, now, random: systemRandom })
  t.after(() => http.stop())
  const { generationByPublicId: findGeneration, authorityByPublicId: findAuthority, crls } = stores.system
  await mountPublicRoutes(http, [
    ...crlRoutes({ findGeneration, current: installation.crls.current, read: crls.read, now }),
    ...ocspRoutes({ findGeneration, answer: installation.ocsp.answer, isUnavailable, now }),
    ...aiaRoutes({ findGeneration, openGeneration: installation.openGeneration }),
    ...cpsRoutes({
      findAuthority,
      authoritiesOf: (tenant) => stores.for(tenant).authorities,
      publicUrl: config.publicUrl,
      url: config.url,
      renews: async () => false,
      now,
    }),
    STYLE_ROUTE,
  ])

  const pemFile = (name: string, ...ders: readonly Uint8Array[]): string => {
    const path = join(folder, name)
    writeFileSync(path, ders.map((der) => encodePem('CERTIFICATE', der)).join(''))
    return path
  }
  return {
    app: http.app,
    url: `http://127.0.0.1:${port}`,
    listen: http.listen,
    installation,
    domain,
    root,
    issuing,
    clock,
    folder,
    logged: () => lines.join(''),
    act,
    async generationOf({ id }, number = 1) {
      const generations = await domain.stores.authorities.generations(id)
      return found(generations.find((generation) => generation.number === number)).publicId
    },
    async issue(commonName) {
      const { id, certificate } = await issueTo(commonName, issuing, act(), domain)
      return { id, der: certificate, file: pemFile(`${commonName}.pem`, certificate) }
    },
    revoke: async ({ id }, reason) => {
      await revoke({ certificate: id, reason }, act(), domain.stores.revocations)
    },
    pemFile,
  }
}

/** The http origin of a server that has these routes alone. */
export async function serving(t: TestContext, routes: readonly PublicRoute[]): Promise<string> {
  const port = await freePort()
  const config = loadConfig({ CHANCERY_HTTP: `127.0.0.1:${port}`, CHANCERY_URL: `http://localhost:${port}` })
  const http = await createHttpServer({ config, log: silentLog, now: Date.now, random: systemRandom })
  t.after(() => http.stop())
  await mountPublicRoutes(http, routes)
  await http.listen()
  return `http://127.0.0.1:${port}`
}

/** A file with the certificate of the issuing CA in PEM. */
export async function issuerFile(world: PublicWorld): Promise<string> {
  return world.pemFile('issuing.pem', await certificateOf(world, world.issuing))
}

/** A file with the root in PEM: what relying parties trust. */
export async function rootFile(world: PublicWorld): Promise<string> {
  return world.pemFile('root.pem', await certificateOf(world, world.root))
}

async function certificateOf({ domain }: PublicWorld, { id }: Authority): Promise<Uint8Array> {
  const [generation] = await domain.stores.authorities.generations(id)
  return found(generation?.certificates.find(({ active }) => active)).der
}

async function makeTenant({ stores }: Installation, id: string, act: Act): Promise<void> {
  await stores.system.accounts.createFirst(
    {
      account: { id, email: 'ada@example.com', name: 'Ada', passwordHash: 'none' },
      tenant: { id: TENANT, name: 'Harbour' },
      token: {
        id: `${id}-token`,
        tenant: TENANT,
        account: id,
        name: 'test',
        role: 'owner',
        secretHash: systemRandom(32),
        createdAt: act.at,
        expiresAt: act.at + 86_400_000,
      },
    },
    { act, action: 'account.create', object: { type: 'account', id } },
  )
}

async function issueTo(commonName: string, authority: Authority, act: Act, domain: TenantDomain) {
  const { items } = await domain.stores.templates.list({ authority: authority.id }, { limit: 1 })
  const { publicKey } = await generateKey('ecdsa-p256', domain.authorities.pool.for(TENANT))
  const outcome = await enroll(
    {
      request: {
        publicKey,
        subject: [{ type: 'commonName', value: commonName }],
        subjectAltNames: [{ type: 'dns', value: commonName }],
        extensions: [],
      },
      evidence: { by: 'api-token', account: 'a', token: 'k' },
      template: found(items[0]),
    },
    act,
    domain.door,
  )
  if (outcome.state !== 'issued') throw new Error(`expected a certificate, got ${outcome.state}`)
  return outcome
}

function named(commonName: string) {
  return { subject: [{ type: 'commonName', value: commonName }] }
}

/** What has to be there. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there')
  return value
}
