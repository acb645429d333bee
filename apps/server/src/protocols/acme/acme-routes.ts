import { Refusal } from '@chancery/pki'
import type { PublicAnswer, PublicRequest, PublicRoute } from '../../platform/public-routes.ts'
import { showAccount } from './account.ts'
import type { AccountRequest, Acme, AcmeAnswer, Arrived, KeyRequest } from './acme.ts'
import { AcmeProblem, problemDocument, problemOfRefusal } from './acme-problem.ts'
import { acmeBase } from './addresses.ts'
import { showAuthorization } from './authorization.ts'
import { showCertificate } from './certificate.ts'
import { answerChallenge } from './challenge.ts'
import { directory } from './directory.ts'
import { finalizeOrder } from './finalize.ts'
import { changeKey } from './key-change.ts'
import { newAccount } from './new-account.ts'
import { newOrder } from './new-order.ts'
import { isPublicId, noteAnswer, noteRefusal } from './note-exchange.ts'
import { showOrder } from './order.ts'
import { listOrders } from './order-list.ts'
import { type Heard, receive, type SignedWith } from './receive.ts'
import { renewalInfo } from './renewal-info.ts'
import { revokeCertificate } from './revoke-certificate.ts'

/** How a signed request is handled. */
type Handler =
  | ['the account key', (request: AccountRequest, acme: Acme) => Promise<AcmeAnswer>]
  | ['the key it carries', (request: KeyRequest, acme: Acme) => Promise<AcmeAnswer>]
  | ['either', (request: AccountRequest | KeyRequest, acme: Acme) => Promise<AcmeAnswer>]

/** What is signed, RFC 8555 §7.1, under `/acme` and under `/acme/<policy>`. GET gets 405 (RFC 8555 §6.3). */
const SIGNED = [
  //  path                           in the trace      signed with           handler
  ['/new-account', 'newAccount', 'the key it carries', newAccount],
  ['/account/:id', 'account', 'the account key', showAccount],
  ['/account/:id/orders', 'orders', 'the account key', listOrders],
  ['/key-change', 'keyChange', 'the account key', changeKey],
  ['/new-order', 'newOrder', 'the account key', newOrder],
  ['/order/:id', 'order', 'the account key', showOrder],
  ['/order/:id/finalize', 'finalize', 'the account key', finalizeOrder],
  ['/authorization/:id', 'authorization', 'the account key', showAuthorization],
  ['/challenge/:id', 'challenge', 'the account key', answerChallenge],
  ['/certificate/:id', 'certificate', 'the account key', showCertificate],
  ['/certificate/:id/:alternate', 'certificate', 'the account key', showCertificate],
  ['/revoke-cert', 'revokeCert', 'either', revokeCertificate],
] as const satisfies readonly (readonly [path: string, step: string, ...Handler])[]

/** Bytes of a request at the most: a CSR of a hundred names and an SLH-DSA signature fit. */
const LARGEST = 256 * 1024

const NONE = new Uint8Array()
const NOT_KEPT = 'no-store'
const JSON_TYPE = 'application/json'
const PROBLEM_TYPE = 'application/problem+json'
const CHAIN_TYPE = 'application/pem-certificate-chain'

/** ACME (RFC 8555) at the directory that all tenants share, and at one for each policy. */
export function acmeRoutes(acme: Acme): readonly PublicRoute[] {
  return ['/acme', '/acme/:policy'].flatMap((base) => [
    route(base, '/directory', ['GET', 'POST'], 'The directory of ACME', (request) =>
      openly(request, 'directory', acme, directory),
    ),
    route(base, '/new-nonce', ['GET', 'POST'], 'A nonce', (request) => openly(request, 'newNonce', acme, newNonce)),
    route(base, '/renewal-info/:certificate', ['GET'], 'When to renew a certificate', (request) =>
      openly(request, 'renewalInfo', acme, renewalInfo),
    ),
    ...SIGNED.map(([path, step, ...handler]) =>
      route(base, path, ['GET', 'POST'], `ACME: ${step}`, (request) => signed(request, step, handler, acme)),
    ),
  ])
}

function route(
  base: string,
  path: string,
  methods: PublicRoute['methods'],
  summary: string,
  handle: (request: PublicRequest) => Promise<PublicAnswer>,
): PublicRoute {
  return { audience: 'programs', methods, path: `${base}${path}`, summary, bodyLimit: LARGEST, handle }
}

/** RFC 8555 §7.2: 200 for HEAD, 204 for GET. */
async function newNonce(_arrived: Arrived, _acme: Acme, request: PublicRequest): Promise<PublicAnswer> {
  return { status: request.method === 'HEAD' ? 200 : 204, mediaType: JSON_TYPE, body: NONE }
}

type OpenHandler = (arrived: Arrived, acme: Acme, request: PublicRequest) => Promise<PublicAnswer>

/** What nobody has to sign; whoever does, by a POST-as-GET, is checked as everywhere (RFC 8555 §6.3). */
async function openly(request: PublicRequest, step: string, acme: Acme, handle: OpenHandler): Promise<PublicAnswer> {
  const isSigned = request.method === 'POST'
  let base = acmeBase(acme.url, undefined)
  let from: Arrived | undefined
  let heard: Heard = {}
  try {
    const arrived = await arrivedOf(request, acme)
    from = arrived
    base = arrived.base
    if (isSigned)
      await receivePostAsGet(request, arrived, acme, (known) => {
        heard = { ...heard, ...known }
      })
    return withNonce(withIndex(await handle(arrived, acme, request), base), acme)
  } catch (error) {
    const problem = problemOf(error, acme)
    await noteRefusal(problem, step, heard, from, acme)
    return withNonce(withIndex(refusedAnswer(problem), base), acme)
  }
}

async function receivePostAsGet(
  request: PublicRequest,
  arrived: Arrived,
  acme: Acme,
  hear: (heard: Heard) => void,
): Promise<void> {
  const { payload } = await receive(request, arrived, 'the account key', acme, hear)
  if (payload !== undefined)
    throw new AcmeProblem('malformed', 'Nothing can be changed here: sign an empty payload (RFC 8555 §6.3).')
}

async function signed(request: PublicRequest, step: string, handler: Handler, acme: Acme): Promise<PublicAnswer> {
  let base = acmeBase(acme.url, undefined)
  let from: Arrived | undefined
  let heard: Heard = {}
  try {
    // An account names its directory by its address; others are asked for the policy that they came to.
    const arrived = handler[0] === 'the account key' ? addressed(request, acme) : await arrivedOf(request, acme)
    from = arrived
    base = arrived.base
    if (request.method !== 'POST')
      throw new AcmeProblem(
        'malformed',
        'Send a POST that the account signed; with an empty payload to be shown this (RFC 8555 §6.3).',
        {
          status: 405,
          headers: { allow: 'POST' },
        },
      )
    const answer = await handled(request, arrived, handler, acme, (known) => {
      heard = { ...heard, ...known }
    })
    noteAnswer(answer, step, heard, arrived, acme)
    return withNonce(withIndex(answerOf(answer), base), acme)
  } catch (error) {
    const problem = problemOf(error, acme)
    await noteRefusal(problem, step, heard, from, acme)
    return withNonce(withIndex(refusedAnswer(problem), base), acme)
  }
}

async function handled(
  request: PublicRequest,
  arrived: Arrived,
  [signedWith, handle]: Handler,
  acme: Acme,
  hear: (heard: Heard) => void,
): Promise<AcmeAnswer> {
  const { signer, jwk, payload } = await receive(request, arrived, signedWith satisfies SignedWith, acme, hear)
  if (signer !== undefined) {
    const { account, policy } = signer
    const byAccount = { ...arrived, account, policy, payload, domain: acme.domainOf(account.tenant), hear }
    if (signedWith === 'the key it carries') throw new Error('a request by an account came where none is taken')
    return handle(byAccount, acme)
  }
  if (jwk === undefined || signedWith === 'the account key')
    throw new Error('a request by no account came where one is needed')
  if (payload === undefined) throw new AcmeProblem('malformed', 'The payload is empty. Send a JSON object.')
  return handle({ ...arrived, jwk, payload, hear }, acme)
}

/** Where a request came to, and the policy of that directory. Throws `AcmeProblem` for the directory of a policy that is not there. */
async function arrivedOf(request: PublicRequest, acme: Acme): Promise<Arrived> {
  const publicId = request.params['policy']
  const own = isPublicId(publicId ?? '') ? await acme.door.policyByPublicId(publicId ?? '') : undefined
  if (publicId !== undefined && own === undefined)
    throw new AcmeProblem(
      'malformed',
      'There is no ACME policy at this address. Use the directory that was shown with your key id.',
      { status: 404 },
    )
  return { ...addressed(request, acme), ...(own && { own }) }
}

function addressed({ rawPath, rawQuery, params, address }: PublicRequest, acme: Acme): Omit<Arrived, 'own'> {
  return {
    base: acmeBase(acme.url, params['policy']),
    url: `${acme.url}${rawPath}${rawQuery === '' ? '' : `?${rawQuery}`}`,
    address,
    params,
    query: rawQuery,
    at: acme.now(),
  }
}

function problemOf(error: unknown, acme: Acme): AcmeProblem {
  if (error instanceof AcmeProblem) return error
  if (error instanceof Refusal) return problemOfRefusal(error)
  const reference = acme.newId()
  acme.report(error, reference)
  if (acme.isUnavailable(error)) {
    const later = { status: 503, headers: { 'retry-after': '5' } }
    return new AcmeProblem('serverInternal', 'The server cannot do that now. Try again in a moment.', later)
  }
  return new AcmeProblem('serverInternal', `The server failed. Its log tells more under the reference ${reference}.`)
}

function answerOf({ status, body, pem, location, links, retryAfterSeconds }: AcmeAnswer): PublicAnswer {
  return {
    status,
    mediaType: pem === undefined ? JSON_TYPE : CHAIN_TYPE,
    body: pem ?? JSON.stringify(body ?? {}),
    headers: {
      ...(location !== undefined && { location }),
      ...(links !== undefined && links.length > 0 && { link: links.join(', ') }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
  }
}

function refusedAnswer(problem: AcmeProblem): PublicAnswer {
  const { status, headers } = problem
  return { status, mediaType: PROBLEM_TYPE, body: JSON.stringify(problemDocument(problem)), headers }
}

/** RFC 8555 §7.1: each answer says where the directory is. Nothing is kept by caches unless it says so itself. */
function withIndex(answer: PublicAnswer, base: string): PublicAnswer {
  const index = `<${base}/directory>;rel="index"`
  const link = answer.headers?.['link']
  const headers = {
    'cache-control': NOT_KEPT,
    ...answer.headers,
    link: link === undefined ? index : `${index}, ${link}`,
  }
  return { ...answer, headers }
}

/** RFC 8555 §6.5: each answer has a fresh one, refusals too; but not what caches give to many, of whom one could use it. */
function withNonce(answer: PublicAnswer, { nonces }: Acme): PublicAnswer {
  if (answer.headers?.['cache-control'] !== NOT_KEPT) return answer
  return { ...answer, headers: { ...answer.headers, 'replay-nonce': nonces.issue() } }
}
