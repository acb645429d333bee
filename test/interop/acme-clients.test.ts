import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, type TestContext, test } from 'node:test'
import { createServer } from 'node:tls'
import { ACME_CLIENTS, asShell, type CertificateSummary, type Exchange } from '@chancery/api'
import { needs } from '../support/system-program.ts'
import { until } from '../support/until.ts'
import { type AcmeLab, type Desk, openAcmeLab } from './programs/acme-lab.ts'
import { type PageBlock, pageBlocks } from './programs/page-blocks.ts'

const LAB = ['named', 'nsupdate', 'curl', 'jq', 'openssl'] as const

/** What a page is to have led to. */
interface Outcome {
  readonly programs: readonly string[]
  /** Its client writes its proof for a web server that is there. */
  readonly webServer?: true
  /** Where the page says that certificate (with its chain) and key are; a client that serves TLS itself has none. */
  readonly files?: readonly [chain: string, key: string]
  readonly names: readonly string[]
}

const PAGES: Readonly<Record<string, Outcome>> = {
  certbot: {
    programs: ['certbot'],
    files: ['/etc/letsencrypt/live/www.example.com/fullchain.pem', '/etc/letsencrypt/live/www.example.com/privkey.pem'],
    names: ['www.example.com', '*.example.com'],
  },
  lego: {
    programs: ['lego'],
    files: ['.lego/certificates/www.example.com.crt', '.lego/certificates/www.example.com.key'],
    names: ['www.example.com', 'shop.example.com', '*.example.com'],
  },
  uacme: {
    programs: ['uacme', 'ualpn'],
    webServer: true,
    files: ['/etc/ssl/uacme/www.example.com/cert.pem', '/etc/ssl/uacme/private/www.example.com/key.pem'],
    names: ['www.example.com', 'shop.example.com', '*.example.com'],
  },
  dehydrated: {
    programs: ['dehydrated'],
    webServer: true,
    files: ['certs/www.example.com/fullchain.pem', 'certs/www.example.com/privkey.pem'],
    names: ['www.example.com', '*.example.com'],
  },
  'acme-client': {
    programs: [],
    webServer: true,
    files: ['fullchain.pem', 'key.pem'],
    names: ['www.example.com', '*.example.com'],
  },
  caddy: { programs: ['caddy', 'certbot'], names: ['www.example.com'] },
  'mod-md': {
    programs: ['apache2', 'certbot'],
    names: ['www.example.com', 'shop.example.com', '*.lan.example.com'],
  },
}

let lab: AcmeLab | undefined
before(async () => {
  if (needs(...LAB).skip === false) lab = await openAcmeLab()
})
after(() => lab?.stop())

test(
  'whoever types what docs/acme/README.md says has a binding, and a machine that trusts this server',
  needs(...LAB),
  async (t) => {
    const { desk } = await prepared(t, { programs: [], names: [] })

    for (const block of blocksOf('README')) await follow(desk, block, 'README')

    const said = await desk.type(
      `curl --silent --show-error "$(jq -r .directory binding.json)" | jq -r .meta.externalAccountRequired`,
    )
    assert.equal(said, 'true\n')
  },
)

for (const [page, outcome] of Object.entries(PAGES)) {
  test(
    `whoever types what docs/acme/${page}.md says gets a certificate, renews it and sees it revoked`,
    can(page, outcome),
    async (t) => {
      const { desk, issued, proofs } = await prepared(t, outcome)
      const blocks = blocksOf(page)

      for (const [at, block] of blocks.entries()) {
        if (at === blocks.length - 1 && outcome.files !== undefined) await servesTls(t, desk, outcome.files)
        await follow(desk, block, page)
      }
      if (outcome.files === undefined) await renewsItself(desk, issued)

      const certificates = await issued()
      for (const name of outcome.names) assert.ok(certificates.some(isFor(name)), `${name} of ${page}`)
      const www = certificates.filter(isFor('www.example.com'))
      assert.ok(www.length > 1, `${page} has not renewed: ${JSON.stringify(certificates)}`)
      assert.equal(www.filter(({ status }) => status === 'revoked').length, 1)
      await provesAs(page, proofs)
    },
  )
}

/** The table of docs/acme/README.md says by which challenges a client proved its names; of those with "or" it is one. */
async function provesAs(page: string, proofs: () => Promise<readonly string[]>): Promise<void> {
  const row = new RegExp(`\\(${page}\\.md\\).*\\| (?<proofs>.*) \\|$`, 'm').exec(pageOf('README'))
  const said = row?.groups?.['proofs'] ?? ''
  const [one, all] = [said.split(' or '), said.split(', ')]
  let found: readonly string[] = []
  await until(
    async () => {
      found = await proofs()
      return one.length > 1 ? found.length > 0 : found.length >= all.length
    },
    () => `${page} has proven by ${found.join(', ')}, and not by ${said}`,
  )
  if (one.length > 1)
    assert.ok(
      found.every((type) => one.includes(type)),
      `${found}`,
    )
  else assert.deepEqual(found.toSorted(), all.toSorted())
}

/** uacme is shown another root by a mount of its own, which root alone may make. */
function can(page: string, { programs }: Outcome): ReturnType<typeof needs> {
  const missing = needs(...LAB, ...programs)
  const mayMount = page !== 'uacme' || process.getuid?.() === 0
  return missing.skip === false && !mayMount ? { skip: 'it takes root to show uacme another root' } : missing
}

/** A desk that trusts this server, as docs/acme/README.md says, and what has been certified since it was opened. */
async function prepared(t: TestContext, { webServer }: Outcome) {
  assert.ok(lab)
  const { chancery, issuing } = lab
  const known = new Set((await certificatesOf(issuing.id)).map(({ id }) => id))
  const told = new Set((await exchangesOf(issuing.id)).map(({ id }) => id))
  const desk = await lab.desk(webServer && { webServer })
  t.after(() => desk.close())
  for (const block of blocksOf('README').filter(({ commands }) => commands.includes('ca-certificates')))
    await follow(desk, block, 'README')
  return {
    desk,
    issued: async () => (await certificatesOf(issuing.id)).filter(({ id }) => !known.has(id)),
    /** The kinds of challenges that were fulfilled. */
    proofs: async () => {
      const parts = (await exchangesOf(issuing.id)).filter(({ id }) => !told.has(id))
      const proven = parts.flatMap(({ steps }) => steps).filter(({ said }) => said === 'valid: proven')
      return [...new Set(proven.map(({ step }) => step.split(' ')[0] ?? ''))]
    },
  }
  async function exchangesOf(authority: string): Promise<readonly Exchange[]> {
    return (await chancery.api<{ items: Exchange[] }>('GET', `/exchanges?authority=${authority}&limit=200`)).items
  }
  async function certificatesOf(authority: string): Promise<readonly CertificateSummary[]> {
    return (
      await chancery.api<{ items: CertificateSummary[] }>('GET', `/certificates?authority=${authority}&limit=200`)
    ).items
  }
}

function blocksOf(page: string): readonly PageBlock[] {
  return pageBlocks(pageOf(page))
}

function pageOf(page: string): string {
  return readFileSync(new URL(`../../docs/acme/${page}.md`, import.meta.url), 'utf8')
}

async function follow(
  desk: Desk,
  { commands, inTerminalOfItsOwn, line, prints }: PageBlock,
  page: string,
): Promise<void> {
  if (inTerminalOfItsOwn) return desk.start(commands)
  // In place of what a person copies from the window.
  const own = `eval "$(jq -r '"ACME_DIRECTORY=\\(.directory)", "ACME_KID=\\(.binding.kid)", "ACME_HMAC_KEY=\\(.hmacKey)"' binding.json)"`
  const printed = await desk.type(commands.startsWith('ACME_DIRECTORY=https://pki.example.com/') ? own : commands)
  if (prints === undefined) return
  const lines = printed.endsWith('\n') ? printed : `${printed}\n`
  assert.match(lines, prints, `line ${line} of ${page}.md:\n${commands}\nprinted\n${printed}`)
}

/** Serves TLS by the obtained certificate, and lets curl check it against the root. */
async function servesTls(t: TestContext, desk: Desk, [chain, key]: readonly [string, string]): Promise<void> {
  const identity = { cert: readFileSync(desk.path(chain)), key: readFileSync(desk.path(key)) }
  const server = createServer({ ...identity, minVersion: 'TLSv1.3' }, (socket) => {
    socket.end('HTTP/1.0 200 OK\r\n\r\nTLS 1.3')
  })
  await new Promise<void>((resolve) => server.listen(desk.tlsPort, '127.0.0.1', resolve))
  t.after(() => server.close())
  const said = await desk.type('curl --silent --show-error --tlsv1.3 --cacert root.pem https://www.example.com/')
  server.close()
  assert.match(said, /^TLS 1\.3/)
}

/** A client that serves by itself renews by itself, and goes on serving. */
async function renewsItself(desk: Desk, issued: () => Promise<readonly CertificateSummary[]>): Promise<void> {
  await until(
    async () => (await issued()).length > 1,
    () => readFileSync(desk.path('/var/log/apache2/error.log'), 'utf8').slice(-12000),
  )
  const said = await desk.type('curl --silent --show-error --tlsv1.3 --cacert root.pem https://www.example.com/')
  assert.match(said, /^Hello from /)
}

function isFor(name: string): (certificate: CertificateSummary) => boolean {
  return ({ subjectAltNames }) => subjectAltNames.some(({ value }) => value === name)
}

test('the lines that the window of a binding shows are those of the pages', () => {
  const placeholders = { domain: 'www.example.com', email: 'you@example.com' }
  const typed = { directory: '$ACME_DIRECTORY', kid: '$ACME_KID', hmacKey: '$ACME_HMAC_KEY', ...placeholders }
  const written = {
    directory: 'https://pki.example.com/acme/4nTq8ZkRw1LcXy0B/directory',
    kid: 'KEY-ID',
    hmacKey: 'HMAC-KEY',
    ...placeholders,
  }

  for (const { id, tested, parts } of ACME_CLIENTS) {
    const page = pageOf(id)
    if (tested) assert.ok(page.includes(`\`\`\`sh\n${asShell(parts(typed))}\`\`\`\n`), id)
    else
      for (const { text } of parts(written)) assert.ok(page.includes(`\`\`\`text\n${text}\n\`\`\`\n`), `${id}: ${text}`)
    assert.equal(page.includes('**Not tested by us.**'), !tested, id)
  }
  assert.deepEqual(
    ACME_CLIENTS.filter(({ tested }) => tested)
      .map(({ id }) => id)
      .sort(),
    Object.keys(PAGES).sort(),
  )
})

test('a client that knows no binding is told what it needs', needs(...LAB, 'acme-tiny'), async (t) => {
  const { desk } = await prepared(t, { programs: [], webServer: true, names: [] })
  await desk.type(
    'openssl genrsa -out account.key 2048; openssl req -new -newkey rsa:2048 -nodes -keyout www.key -subj /CN=www.example.com -out www.csr',
  )

  const said = await desk.type(`eval "$(jq -r '"ACME_DIRECTORY=\\(.directory)"' binding.json)"
acme-tiny --account-key account.key --csr www.csr --acme-dir . --disable-check --directory-url $ACME_DIRECTORY`)

  assert.match(said, /urn:ietf:params:acme:error:externalAccountRequired/)
  assert.match(said, /external account binding/i)
})
