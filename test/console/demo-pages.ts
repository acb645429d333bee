import type { Visitor } from './open-demo.ts'

interface Named {
  readonly id: string
  readonly subject: string
}
interface List {
  readonly items: readonly Named[]
}

/** Those that differ little from another one. */
export const VARIANTS: ReadonlySet<string> = new Set([
  ...['overview-of-a-ca', 'certificates-that-end', 'certificate-history', 'certificate-on-hold', 'certificate-revoked'],
  ...['requests-declined', 'requests-approved', 'request-csr', 'audit-filtered'],
])

/** Pages about certificates and requests, and where they are in this demo. */
export async function demoPages({ get }: Visitor): Promise<Readonly<Record<string, string>>> {
  const first = async (path: string) => {
    const [found] = (await get<List>(path)).items
    if (found === undefined) throw new Error(`nothing at ${path}`)
    return found.id
  }
  const requests = (await get<List>('/requests?status=pending&limit=200')).items
  const request = (name: string) => requests.find(({ subject }) => subject.includes(name))?.id ?? ''
  const authority = await first('/authorities')
  const valid = await first('/certificates?status=valid&limit=1')
  const held = await first('/certificates?status=held&limit=1')
  const revoked = await first('/certificates?status=revoked&limit=1')
  return {
    overview: '/console',
    'overview-of-a-ca': `/console?ca=${authority}`,
    certificates: '/console/certificates',
    'certificates-that-end': '/console/certificates?ends=30',
    'no-certificates': '/console/certificates?name=nobody-is-called-so',
    certificate: `/console/certificates/${valid}`,
    'certificate-details': `/console/certificates/${valid}?tab=details`,
    'certificate-chain': `/console/certificates/${valid}?tab=chain`,
    'certificate-history': `/console/certificates/${revoked}?tab=history`,
    'certificate-revocation': `/console/certificates/${valid}?tab=revocation`,
    'certificate-on-hold': `/console/certificates/${held}?tab=revocation`,
    'certificate-revoked': `/console/certificates/${revoked}`,
    requests: '/console/requests',
    'requests-declined': '/console/requests?status=declined',
    'requests-approved': '/console/requests?status=approved',
    'request-form': `/console/requests/${request('Wim Jansen')}`,
    request: `/console/requests/${request('conference')}`,
    'request-refused': `/console/requests/${request('press')}`,
    'request-validity': `/console/requests/${request('staging')}?tab=validity`,
    'request-csr': `/console/requests/${request('staging')}?tab=csr`,
    'new-request': '/console/requests/new',
    'acme-policies': '/console/acme/policies',
    audit: '/console/audit',
    'audit-filtered': '/console/audit?action=certificate.revoke',
  }
}
