import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const CLIENT = { id: 'Iv1.0123456789abcdef', secret: 'a-secret-of-github' } as const

export interface GithubUser {
  readonly id: number
  readonly login: string
  readonly name: string | null
  readonly emails: readonly { readonly email: string; readonly primary: boolean; readonly verified: boolean }[]
}

/** A server that speaks GitHub's OAuth 2 and the two calls of its API, as GitHub Enterprise Server does below one address. */
export interface StandInGithub {
  readonly setting: string
  /** Agrees as a user. Returns the address to which the browser comes back. */
  authorize(authorization: string, user: GithubUser): string
}

interface Grant {
  readonly user: GithubUser
  readonly challenge: string | null
  readonly redirect: string | null
}

/** Opens it. It ends with its test. */
export async function standInGithub(t: { after(work: () => Promise<unknown>): void }): Promise<StandInGithub> {
  const codes = new Map<string, Grant>()
  const tokens = new Map<string, GithubUser>()
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`

  /** As GitHub: what is wrong is said with 200 and `error`. */
  const redeem = (form: URLSearchParams) => {
    const code = form.get('code') ?? ''
    const grant = codes.get(code)
    codes.delete(code)
    if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret) {
      return { error: 'incorrect_client_credentials' }
    }
    const verified = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (grant === undefined || verified !== grant.challenge || form.get('redirect_uri') !== grant.redirect) {
      return { error: 'bad_verification_code' }
    }
    const token = `gho_${randomUUID()}`
    tokens.set(token, grant.user)
    return { access_token: token, scope: 'read:user,user:email', token_type: 'bearer' }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    const { authorization = '', accept = '', 'user-agent': agent } = request.headers
    const user = tokens.get(authorization.replace('Bearer ', ''))
    const send = (status: number, said: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    }
    // Without it GitHub answers as a form.
    if (!accept.includes('application/json')) return send(406, {})
    if (request.url === '/login/oauth/access_token') return send(200, redeem(new URLSearchParams(body)))
    if (user === undefined) return send(401, { message: 'Bad credentials' })
    if (agent === undefined) return send(403, { message: 'Request forbidden by administrative rules' })
    const { emails, ...profile } = user
    if (request.url === '/api/v3/user') return send(200, { ...profile, email: null })
    if (request.url === '/api/v3/user/emails') return send(200, emails)
    return send(404, {})
  }
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    setting: `url=${url}, client-id=${CLIENT.id}, secret=${CLIENT.secret}`,
    authorize: (authorization, user) => {
      const query = new URL(authorization).searchParams
      const code = randomUUID()
      const redirect = query.get('redirect_uri')
      codes.set(code, { user, challenge: query.get('code_challenge'), redirect })
      const back = new URL(redirect ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', query.get('state') ?? '')
      return back.href
    },
  }
}
