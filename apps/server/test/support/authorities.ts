import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type CertificateRequest, type Overrides, type Profile, STARTERS, type Template } from '@chancery/pki'
import {
  algorithmIdentifier,
  assembleSigned,
  type Certificate,
  decodeCertificate,
  encodeCertificationRequestInfo,
  encodePem,
  makeExtension,
  makeName,
  PublicKey,
  SubjectAltName,
} from '@chancery/x509'
import { createIntermediate } from '../../src/authorities/create-intermediate.ts'
import { createRoot } from '../../src/authorities/create-root.ts'
import { enroll } from '../../src/enrollment/enroll.ts'
import { readCsr } from '../../src/enrollment/read-csr.ts'
import { signRequest } from '../../src/enrollment/requests.ts'
import type { TenantDomain } from '../../src/installation.ts'
import type { Authority, Generation } from '../../src/issuers/authority.ts'
import { ACCOUNT, type World } from './world.ts'

/** A CA as it is now: its newest generation that issues, and its first template. */
export interface Ca {
  readonly authority: Authority
  readonly generation: Generation
  readonly certificate: Certificate
  readonly template: Template
}

export const commonName = (value: string) => [{ type: 'commonName', value }]

type Asked<Create extends (asked: never, ...rest: never[]) => unknown> = Partial<Omit<Parameters<Create>[0], 'subject'>>

export async function rootOf(world: World, name = 'Example Root', asked: Asked<typeof createRoot> = {}): Promise<Ca> {
  const { domain, act } = world
  return stateOf(domain, await createRoot({ subject: commonName(name), ...asked }, act(), domain.authorities))
}

export async function intermediateOf(
  world: World,
  parent: Ca,
  name = 'Example Intermediate',
  asked: Asked<typeof createIntermediate> = {},
): Promise<Ca> {
  const { domain, act } = world
  const whole = { subject: commonName(name), parent: parent.authority.id, ...asked }
  return stateOf(domain, await createIntermediate(whole, act(), domain.authorities))
}

/** What is stored of a CA now. */
export async function stateOf({ stores, issuers }: TenantDomain, { id }: Pick<Authority, 'id'>): Promise<Ca> {
  const authority = await stores.authorities.find(id)
  const generation = (await stores.authorities.generations(id)).find(({ status }) => status === 'active')
  const { items } = await stores.templates.list({ authority: id }, { limit: 200 })
  const template = items.at(-1)
  assert.ok(authority && generation && template, 'the CA is active and has a template')
  const { issuer } = await issuers.generation(generation.id)
  assert.ok(issuer)
  return { authority, generation, certificate: issuer.certificate, template }
}

/** The profile of a starter template. */
export function starterProfile(name: string): Profile {
  const starter = STARTERS.find((one) => one.name === name)
  assert.ok(starter, `there is a starter ${name}`)
  return starter.profile
}

/** Issues at once, as a program with an API token does. */
export async function issueTo(
  { domain, act, tenant }: Pick<World, 'domain' | 'act' | 'tenant'>,
  { template }: Pick<Ca, 'template'>,
  request?: CertificateRequest,
) {
  const evidence = { by: 'api-token', account: ACCOUNT, token: 'a-token' } as const
  const ask = { request: request ?? (await requestFor('www.example.com')), evidence, template }
  return enroll(ask, act(tenant), domain.door)
}

/** A certificate that was issued; anything else fails the test. */
export async function issued(
  world: Pick<World, 'domain' | 'act' | 'tenant'>,
  ca: Pick<Ca, 'template'>,
  request?: CertificateRequest,
): Promise<{ readonly id: string; readonly certificate: Certificate }> {
  const outcome = await issueTo(world, ca, request)
  assert.equal(outcome.state, 'issued')
  return { id: outcome.id, certificate: decodeCertificate(outcome.certificate) }
}

/** Leaves a request for a person; its id. */
export async function submit(
  { domain, act, newId }: Pick<World, 'domain' | 'act' | 'newId'>,
  { template }: Pick<Ca, 'template'>,
  { csr, wishes }: { readonly csr?: Uint8Array; readonly wishes?: Overrides } = {},
): Promise<string> {
  const evidence = { by: 'submitted-csr', request: newId(), account: ACCOUNT } as const
  const request = await readCsr(csr ?? csrFor('www.example.com'))
  const ask = { request, evidence, template, ...(wishes && { wishes }) }
  const outcome = await enroll(ask, act(), domain.door)
  assert.deepEqual(outcome, { state: 'pending', id: evidence.request, waitsFor: 'approval' })
  return evidence.request
}

/** Says yes to a request. */
export async function approveRequest(
  { domain, act, now }: Pick<World, 'domain' | 'act' | 'now'>,
  id: string,
  { overrides, mayUsePrivileged = false }: { readonly overrides?: Overrides; readonly mayUsePrivileged?: boolean } = {},
) {
  const request = await domain.stores.requests.find(id)
  assert.ok(request)
  const approval = { account: ACCOUNT, approvedAt: now() }
  const yes = { request, approval, mayUsePrivileged, ...(overrides && { overrides }) }
  return signRequest(yes, act(), domain.door)
}

/** A P-256 key of a requester. */
export interface RequesterKey {
  readonly privateKey: KeyObject
  readonly publicKey: PublicKey
}

export function requesterKey(): RequesterKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))
  return { privateKey, publicKey: PublicKey.decode(der) }
}

/** A PKCS#10 (DER) for a host, without the cost of a program. */
export function csrFor(host: string, { privateKey, publicKey }: RequesterKey = requesterKey()): Uint8Array {
  const info = encodeCertificationRequestInfo({
    subject: makeName([[{ type: '2.5.4.3', value: host }]]),
    publicKey,
    extensions: [makeExtension(SubjectAltName, [{ type: 'dns', value: host }], false)],
  })
  return assembleSigned(info, algorithmIdentifier('ecdsa-sha256'), Uint8Array.from(sign('sha256', info, privateKey)))
}

export function requestFor(host: string, key?: RequesterKey): Promise<CertificateRequest> {
  return readCsr(csrFor(host, key))
}

export const pemOf = (...certificates: readonly (Certificate | Uint8Array)[]): string =>
  certificates
    .map((certificate) => encodePem('CERTIFICATE', 'der' in certificate ? certificate.der : certificate))
    .join('')
