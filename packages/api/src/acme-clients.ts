/** What a client of ACME has to be told, and whom it asks for. */
export interface AcmeValues {
  readonly directory: string
  /** Key id and HMAC key (base64url) of an external account binding (RFC 8555 §7.3.4). */
  readonly kid: string
  readonly hmacKey: string
  /** The name that is to be certified. */
  readonly domain: string
  readonly email: string
}

/** One thing to do: commands for a shell, the content of a file, or what is typed into a window. */
export interface AcmeClientPart {
  readonly kind: 'commands' | 'file' | 'form'
  /** The file, or the window. */
  readonly into?: string
  readonly text: string
}

/** A client, with lines that need no change but the name to be certified. */
export interface AcmeClient {
  /** Also the name of its page: docs/acme/<id>.md. */
  readonly id: string
  readonly name: string
  /** Whether its lines are run, as they stand, by the tests of every release; else they follow its own documentation. */
  readonly tested: boolean
  readonly parts: (values: AcmeValues) => readonly AcmeClientPart[]
}

function commands(text: string): AcmeClientPart {
  return { kind: 'commands', text }
}

function file(into: string, text: string): AcmeClientPart {
  return { kind: 'file', into, text }
}

/** In a name of its own: what its file imports is no import of ours. */
const LIBRARY = "'acme-client'"

/** The clients, in the order in which they are offered. Lines are for Linux but where a client is none of it. */
export const ACME_CLIENTS: readonly AcmeClient[] = [
  {
    id: 'certbot',
    name: 'certbot',
    tested: true,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      commands(`sudo certbot certonly --standalone --server ${directory} \\
  --eab-kid ${kid} --eab-hmac-key ${hmacKey} \\
  --agree-tos --no-eff-email --email ${email} --domain ${domain}`),
    ],
  },
  {
    id: 'lego',
    name: 'lego',
    tested: true,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      commands(`sudo lego --server ${directory} \\
  --eab --kid ${kid} --hmac ${hmacKey} \\
  --accept-tos --email ${email} --http --domains ${domain} run`),
    ],
  },
  {
    id: 'acme-sh',
    name: 'acme.sh',
    tested: false,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      commands(`acme.sh --register-account --server ${directory} \\
  --eab-kid ${kid} --eab-hmac-key ${hmacKey} --accountemail ${email}
acme.sh --issue --server ${directory} --standalone --domain ${domain}`),
    ],
  },
  {
    id: 'caddy',
    name: 'Caddy',
    tested: true,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      file(
        'Caddyfile',
        `{
    email ${email}
    acme_ca ${directory}
    acme_eab {
        key_id ${kid}
        mac_key ${hmacKey}
    }
}

${domain} {
    respond "Hello from Caddy"
}`,
      ),
    ],
  },
  {
    id: 'traefik',
    name: 'Traefik',
    tested: false,
    parts: ({ directory, kid, hmacKey, email }) => [
      file(
        'traefik.yml',
        `certificatesResolvers:
  chancery:
    acme:
      caServer: ${directory}
      email: ${email}
      storage: acme.json
      eab:
        kid: ${kid}
        hmacEncoded: ${hmacKey}
      httpChallenge:
        entryPoint: web`,
      ),
    ],
  },
  {
    id: 'certify-the-web',
    name: 'Certify the Web',
    tested: false,
    parts: ({ directory, kid, hmacKey, email }) => [
      {
        kind: 'form',
        into: 'Settings, UI Settings: tick Certificate Authority Editor; then Settings, Certificate Authorities, Edit Certificate Authorities',
        text: `Title:           Chancery
Production API:  ${directory}
Features:        Enabled, Email Address Required, Requires External Account Binding`,
      },
      {
        kind: 'form',
        into: 'Settings, Certificate Authorities, New Account',
        text: `Certificate Authority:  Chancery
Email address:          ${email}
Advanced, Key Id:       ${kid}
Advanced, Key (HMAC):   ${hmacKey}`,
      },
    ],
  },
  {
    id: 'cert-manager',
    name: 'cert-manager',
    tested: false,
    parts: ({ directory, kid, hmacKey, email }) => [
      file(
        'chancery-issuer.yaml',
        `apiVersion: v1
kind: Secret
metadata:
  name: chancery-eab
  namespace: cert-manager
stringData:
  hmac: ${hmacKey}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: chancery
spec:
  acme:
    server: ${directory}
    email: ${email}
    privateKeySecretRef:
      name: chancery-account
    externalAccountBinding:
      keyID: ${kid}
      keySecretRef:
        name: chancery-eab
        key: hmac
    solvers:
      - http01:
          ingress:
            ingressClassName: nginx`,
      ),
      commands('kubectl apply --filename chancery-issuer.yaml'),
    ],
  },
  {
    id: 'win-acme',
    name: 'win-acme',
    tested: false,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      commands(
        `wacs.exe --baseuri ${directory} --eab-key-identifier ${kid} --eab-key ${hmacKey} --accepttos --emailaddress ${email} --source manual --host ${domain} --validation selfhosting`,
      ),
    ],
  },
  {
    id: 'uacme',
    name: 'uacme',
    tested: true,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      commands(`sudo mkdir -p /var/www/html/.well-known/acme-challenge
sudo uacme --yes --acme-url ${directory} --eab ${kid}:${hmacKey} new ${email}
sudo UACME_CHALLENGE_PATH=/var/www/html/.well-known/acme-challenge \\
  uacme --acme-url ${directory} --hook /usr/share/uacme/uacme.sh issue ${domain}`),
    ],
  },
  {
    id: 'dehydrated',
    name: 'dehydrated',
    tested: true,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      file(
        'chancery.conf',
        `CA="${directory}"
EAB_KID="${kid}"
EAB_HMAC_KEY="${hmacKey}"
CONTACT_EMAIL="${email}"
WELLKNOWN="/var/www/html/.well-known/acme-challenge"`,
      ),
      commands(`sudo mkdir -p /var/www/html/.well-known/acme-challenge
sudo dehydrated --config chancery.conf --register --accept-terms
sudo dehydrated --config chancery.conf --cron --domain ${domain}`),
    ],
  },
  {
    id: 'mod-md',
    name: 'Apache (mod_md)',
    tested: true,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      file(
        `${domain}.conf`,
        `MDomain ${domain}
MDContactEmail ${email}
MDCertificateAgreement accepted
MDCertificateAuthority ${directory}
MDExternalAccountBinding ${kid} ${hmacKey}

<VirtualHost *:443>
    ServerName ${domain}
    DocumentRoot /var/www/html
    SSLEngine on
</VirtualHost>`,
      ),
    ],
  },
  {
    id: 'acme-client',
    name: 'acme-client (Node.js)',
    tested: true,
    parts: ({ directory, kid, hmacKey, domain, email }) => [
      file(
        'get-certificate.mjs',
        `import { mkdir, readFile, writeFile } from 'node:fs/promises'
import acme from ${LIBRARY}

const challenges = '/var/www/html/.well-known/acme-challenge'
const newKey = () => acme.crypto.createPrivateEcdsaKey()
const client = new acme.Client({
  directoryUrl: '${directory}',
  accountKey: await readFile('account.pem').catch(async () => {
    const key = await newKey()
    await writeFile('account.pem', key, { mode: 0o600 })
    return key
  }),
  externalAccountBinding: { kid: '${kid}', hmacKey: '${hmacKey}' },
})
const [key, csr] = await acme.crypto.createCsr({ altNames: ['${domain}'] }, await newKey())
const certificate = await client.auto({
  csr,
  email: '${email}',
  termsOfServiceAgreed: true,
  skipChallengeVerification: true,
  challengePriority: ['http-01'],
  challengeCreateFn: async (authorization, { token }, content) => {
    await mkdir(challenges, { recursive: true })
    await writeFile(challenges + '/' + token, content)
  },
  challengeRemoveFn: async () => {},
})
await writeFile('key.pem', key, { mode: 0o600 })
await writeFile('fullchain.pem', certificate)`,
      ),
    ],
  },
]

/** The parts of a client as lines that can be typed into a shell, files included. */
export function asShell(parts: readonly AcmeClientPart[]): string {
  return parts
    .map(({ kind, into, text }) => (kind === 'file' ? `cat > ${into} <<EOF\n${text}\nEOF\n` : `${text}\n`))
    .join('')
}
