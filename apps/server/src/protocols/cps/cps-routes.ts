import { createHash } from 'node:crypto'
import type { AuthorityStore } from '../../authorities/authority-store.ts'
import { html, pageAnswer } from '../../platform/page.ts'
import type { PublicAnswer, PublicRoute } from '../../platform/public-routes.ts'
import { cpsPage } from './cps-page.ts'

/** What the page of a CA needs. */
export interface CpsService {
  readonly findAuthority: (
    publicId: string,
  ) => Promise<{ readonly tenant: string; readonly authority: string } | undefined>
  readonly authoritiesOf: (tenant: string) => Pick<AuthorityStore, 'find' | 'generations'>
  readonly publicUrl: string
  /** The https address of people, without a slash at its end. */
  readonly url: string
  /** Whether a template of the CA lets holders renew. */
  readonly renews: (tenant: string, authority: string) => Promise<boolean>
  readonly now: () => number
}

const ROUTES = [
  //  path               what
  ['/cps/:authority', 'The practice statement of a CA, its certificates and services'],
] as const

/** The page that the CPS qualifier in certificates points at, RFC 5280 §4.2.1.4. */
export function cpsRoutes(service: CpsService): readonly PublicRoute[] {
  return ROUTES.map(([path, summary]) => ({
    audience: 'relying-parties',
    methods: ['GET'],
    path,
    summary,
    handle: ({ params }) => show(params['authority'] ?? '', service),
  }))
}

async function show(publicId: string, service: CpsService): Promise<PublicAnswer> {
  const found = await service.findAuthority(publicId)
  if (found === undefined) return NOT_FOUND
  const authorities = service.authoritiesOf(found.tenant)
  const [authority, generations] = await Promise.all([
    authorities.find(found.authority),
    authorities.generations(found.authority),
  ])
  if (authority === undefined) return NOT_FOUND
  const renews = authority.status === 'active' && (await service.renews(found.tenant, found.authority))
  const renewal = {
    api: `${service.url}/api/v1/public/authorities/${publicId}/renewals`,
    page: `${service.url}/cps/${publicId}/renewal`,
  }
  const { publicUrl, now } = service
  const page = await cpsPage({ authority, generations, publicUrl, now: now(), ...(renews && { renewal }) })
  const answer = pageAnswer({ ...page, headers: { 'cache-control': 'public, max-age=300' } })
  return { ...answer, etag: `"${createHash('sha256').update(String(answer.body)).digest('hex')}"` }
}

const NOT_FOUND = pageAnswer({
  title: 'Not found',
  status: 404,
  headers: { 'cache-control': 'no-store' },
  body: html`<header><span class="brand">Chancery</span><h1>There is no such authority</h1></header>
<main><p>The address may have been cut off. It ends with 16 letters and digits.</p></main>`,
})
