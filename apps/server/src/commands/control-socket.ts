import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { type Problem, REFUSAL_CODES, Refusal, type RefusalCode } from '@chancery/pki'
import { Type } from 'typebox'
import { fits } from '../platform/fits.ts'
import type { Log } from '../platform/log.ts'
import {
  type ActionName,
  type Actions,
  type Input,
  isActionName,
  isInput,
  isOutput,
  type Output,
} from './action-shapes.ts'

/** The kernel's bound on the path of a socket, in bytes without the end: 107 on Linux, 103 on macOS. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107
const LARGEST_MESSAGE = 1024 * 1024
/** A step of an export: some hundred records. */
const LARGEST_ANSWER = 16 * 1024 * 1024
const ANSWER_TIMEOUT_MS = 30_000

/** The control socket cannot be there, or says what we do not understand. */
class ControlSocketError extends Error {
  override readonly name = 'ControlSocketError'
}

/** Where a server listens for the command line: in its data folder, which nobody else may enter. */
export function controlSocketPath(dataFolder: string): string {
  return join(dataFolder, 'control.sock')
}

/**
 * Listens for the command line. Only who holds the lock of the data folder may call this: a socket that is there is then the rest
 * of a server that was killed, and is replaced. Throws `ControlSocketError` when the path is too long for a socket.
 */
export async function openControlSocket(path: string, actions: Actions, log: Log): Promise<{ close(): Promise<void> }> {
  const length = Buffer.byteLength(path)
  if (length > LONGEST_PATH) {
    throw new ControlSocketError(
      `${path} has ${length} bytes, and the path of a socket at most ${LONGEST_PATH}: set CHANCERY_DATA to a shorter one.`,
    )
  }
  const server = createServer((message, response) => {
    answer(message, actions).then(
      (result) => reply(response, 200, { result }),
      (error: unknown) => replyError(response, error, log),
    )
  })
  server.maxConnections = 16
  rmSync(path, { force: true })
  await listening(server, path)
  chmodSync(path, 0o600)
  return {
    close: async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeIdleConnections()
      await promise
    },
  }
}

/** Asks the server that runs. Nothing when none listens there. Throws the `Refusal` that the server threw. */
export async function askServer<Name extends ActionName>(
  path: string,
  action: Name,
  input: Input<Name>,
): Promise<{ readonly result: Output<Name> } | undefined> {
  const said = await post(path, action, input)
  if (said === undefined) return undefined
  if (fits(RefusalMessage, said)) throw refusalOf(said.refusal)
  if (fits(ResultMessage, said) && isOutput(action, said.result)) return { result: said.result }
  throw new ControlSocketError('The running server gave an answer of another release: restart it, and try again.')
}

const ResultMessage = Type.Object({ result: Type.Unknown() })
const RefusalMessage = Type.Object({
  refusal: Type.Object({
    code: Type.String(),
    message: Type.String(),
    details: Type.Array(Type.String()),
  }),
})

async function answer(message: IncomingMessage, actions: Actions): Promise<unknown> {
  const name = message.url?.slice(1) ?? ''
  if (message.method !== 'POST' || !isActionName(name)) {
    throw new Refusal('not-found', 'The running server does not know this command: restart it with this release.')
  }
  return await run(actions, name, JSON.parse(await textOf(message)))
}

async function run<Name extends ActionName>(actions: Actions, name: Name, input: unknown): Promise<unknown> {
  if (!isInput(name, input)) throw new Refusal('malformed', 'The running server is of another release: restart it.')
  return await actions[name](input)
}

async function textOf(message: IncomingMessage, largest = LARGEST_MESSAGE): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of message) {
    const bytes = Buffer.from(part)
    size += bytes.length
    if (size > largest) throw new Refusal('too-large', 'The message is too large.')
    parts.push(bytes)
  }
  return Buffer.concat(parts).toString('utf8')
}

function replyError(response: ServerResponse, error: unknown, log: Log): void {
  if (error instanceof Refusal) {
    const { code, message, problems } = error
    reply(response, 200, { refusal: { code, message, details: problems.map(({ detail }) => detail) } })
    return
  }
  log.error('a command failed', { error })
  const message = 'The server failed; its log says why.'
  reply(response, 200, { refusal: { code: 'unavailable', message, details: [] } })
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify(body))
}

function refusalOf({ code, message, details }: { code: string; message: string; details: readonly string[] }): Refusal {
  const known = REFUSAL_CODES.find((one: RefusalCode) => one === code)
  const problems: Problem[] = details.map((detail) => ({ detail }))
  return new Refusal(known ?? 'unavailable', message, problems)
}

/** Posts JSON over the socket. Nothing when nobody listens: no socket, or one that a killed server left. */
function post(socketPath: string, action: string, input: unknown): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const call = request(
    { socketPath, method: 'POST', path: `/${action}`, timeout: ANSWER_TIMEOUT_MS, agent: false },
    (response) => {
      textOf(response, LARGEST_ANSWER).then((text) => resolve(JSON.parse(text)), reject)
    },
  )
  call.on('timeout', () => call.destroy(new ControlSocketError('The running server does not answer.')))
  call.on('error', (error) => {
    const code = 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve(undefined)
    else reject(error)
  })
  call.end(JSON.stringify(input))
  return promise
}

async function listening(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(path, resolve)
  await promise
  server.off('error', reject)
}
