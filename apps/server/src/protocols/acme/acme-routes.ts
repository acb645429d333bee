import { Refusal } from '@chancery/pki'
import type { EarlyRefusal, OwnWords, PublicAnswer, PublicRequest, PublicRoute } from '../../platform/public-routes.ts'
import { showAccount } from './account.ts'
import type { AccountRequest, Acme, AcmeAnswer, Arrived, KeyRequest } from './acme.ts'
import { AcmeProblem, problemOfRefusal } from './acme-problem.ts'
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
import { onWire, wireAnswer, wireRefusal } from './wire-answer.ts'

/** How a signed request is handled. */
type Handler =
  | ['the account key', (request: AccountRequest, acme: Acme) => Promise<AcmeAnswer>]
  | ['the key it carries', (request: KeyRequest, acme: Acme) => Promise<AcmeAnswer>]
  | ['either', (request: AccountRequest | KeyRequest, acme: Acme) => Promise<AcmeAnswer>]

/** What is signed, RFC 8555 §7.1, under `/acme` and under `/acme/<policy>`: by POST alone (RFC 8555 §6.3). */
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
      route(base, path, ['POST'], `ACME: ${step}`, (request) => signed(request, step, handler, acme)),
    ),
  ])
}

/**
 * What is refused before a route hears of it, in the words of ACME: RFC 8555 §6.5 wants a nonce in it, §6.7 a problem document, §7.1 a
 * link to the directory. Whether there is such a policy is neither asked nor told.
 */
export function acmeWords(acme: Acme): OwnWords {
  return {
    below: '/acme/',
    answer: async (request, refusal) => {
      const [, , first = '', ...rest] = request.rawPath.split('/')
      const policy = isPublicId(first) ? first : undefined
      const from = addressed({ ...request, params: policy === undefined ? {} : { policy } }, acme)
      const [resource = ''] = policy === undefined ? [first] : rest
      const step = SIGNED.find(([path]) => path.split('/')[1] === resource)?.[1] ?? OPEN[resource] ?? 'unknown address'
      const problem = earlyProblem(refusal)
      await noteRefusal(problem, step, {}, from, acme)
      return wireRefusal(problem, from.base, acme)
    },
  }
}
const OPEN: Readonly<Record<string, string>> = {
  directory: 'directory',
  'new-nonce': 'newNonce',
  'renewal-info': 'renewalInfo',
}

function earlyProblem({ status, detail, headers, reference }: EarlyRefusal): AcmeProblem {
  const type = status >= 500 ? 'serverInternal' : status === 429 ? 'rateLimited' : 'malformed'
  const hint = HINTS[status]
  const said = [detail, ...(hint === undefined ? [] : [hint]), ...(reference === undefined ? [] : [`(${reference})`])]
  return new AcmeProblem(type, said.join(' '), { status, headers })
}
const HINTS: Readonly<Record<number, string>> = {
  404: 'The directory names all addresses (RFC 8555 §7.1.1).',
  405: 'What is signed is sent by POST; with an empty payload it asks to be shown something (RFC 8555 §6.3).',
  413: `No request of ACME has more than ${LARGEST / 1024} KiB.`,
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
  return { status: request.method === 'HEAD' ? 200 : 204, body: NONE }
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
    return onWire(await handle(arrived, acme, request), base, acme)
  } catch (error) {
    const problem = problemOf(error, acme)
    await noteRefusal(problem, step, heard, from, acme)
    return wireRefusal(problem, base, acme)
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
    const answer = await handled(request, arrived, handler, acme, (known) => {
      heard = { ...heard, ...known }
    })
    noteAnswer(answer, step, heard, arrived, acme)
    return wireAnswer(answer, base, acme)
  } catch (error) {
    const problem = problemOf(error, acme)
    await noteRefusal(problem, step, heard, from, acme)
    return wireRefusal(problem, base, acme)
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
  const arrived = addressed(request, acme)
  const { policy: publicId } = request.params
  if (publicId === undefined) return arrived
  const own = await acme.door.policyByPublicId(publicId)
  if (own === undefined) throw noSuchPolicy()
  return { ...arrived, own }
}

function noSuchPolicy(): AcmeProblem {
  return new AcmeProblem(
    'malformed',
    'There is no ACME policy at this address. Use the directory that was shown with your key id.',
    { status: 404 },
  )
}

/** Throws `AcmeProblem` where no policy can be: what is no public id stands in no header of an answer either. */
function addressed({ rawPath, rawQuery, params, address }: PublicRequest, acme: Acme): Omit<Arrived, 'own'> {
  const { policy } = params
  if (policy !== undefined && !isPublicId(policy)) throw noSuchPolicy()
  return {
    base: acmeBase(acme.url, params['policy']),
    url: `${acme.url}${rawPath}${rawQuery === undefined ? '' : `?${rawQuery}`}`,
    address: address(),
    params,
    query: rawQuery ?? '',
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
