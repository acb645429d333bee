import { isDeepStrictEqual } from 'node:util'
import type { Log } from './log.ts'
import { type OwnIdentity, readTlsFiles, TlsFileError } from './tls-files.ts'
import type { TlsIdentity } from './tls-identity.ts'
import type { TlsFiles } from './tls-settings.ts'

const DAY = 86_400_000
const WARNED_BEFORE_MS = 14 * DAY

/** A certificate that may change while the server runs. */
export interface IdentitySource {
  /** What to serve now. */
  readonly first: TlsIdentity
  /** Looks whether there is another one to serve; gives it if so. Never throws for what an operator did to a file. */
  look(): Promise<TlsIdentity | undefined>
  readonly everyMs: number
}

/**
 * The operator's own certificate, read again when its files change. They are read as a whole at each look, so that it does not
 * matter how they were replaced: written over, renamed into place, or a link that leads elsewhere now. A pair that does not fit
 * together, half replaced perhaps, leaves the one before in use. `host`: of CHANCERY_URL. Throws `TlsFileError` at first.
 */
export async function ownCertificate(
  files: TlsFiles,
  { host, log, now }: { readonly host: string; readonly log: Log; readonly now: () => number },
): Promise<IdentitySource> {
  let current = await readTlsFiles(files)
  let failure = ''
  let warnedAt = Number.NEGATIVE_INFINITY
  warnOf(current, host, log)
  warnOfEnd()

  function warnOfEnd(): void {
    const left = current.notAfter - now()
    if (left > WARNED_BEFORE_MS || now() - warnedAt < DAY) return
    warnedAt = now()
    const expires = new Date(current.notAfter).toISOString()
    if (left < 0) log.error('the certificate of CHANCERY_TLS_CERT_FILE has expired', { expires })
    else log.warn('the certificate of CHANCERY_TLS_CERT_FILE expires soon', { expires })
  }

  return {
    first: current,
    everyMs: 5_000,
    look: async () => {
      const read = await tried(files)
      if (typeof read === 'string') {
        if (read !== failure) log.error('the certificate before stays in use', { reason: read })
        failure = read
      } else {
        failure = ''
        if (!isDeepStrictEqual([read.certificate, read.key], [current.certificate, current.key])) {
          current = read
          warnedAt = Number.NEGATIVE_INFINITY
          log.info('another certificate is served from now on', { expires: new Date(read.notAfter).toISOString() })
          warnOf(read, host, log)
          warnOfEnd()
          return read
        }
      }
      warnOfEnd()
      return undefined
    },
  }
}

async function tried(files: TlsFiles): Promise<OwnIdentity | string> {
  try {
    return await readTlsFiles(files)
  } catch (error) {
    if (error instanceof TlsFileError) return error.message
    throw error
  }
}

function warnOf({ isFor, keyIsOpenToAll }: OwnIdentity, host: string, log: Log): void {
  if (!isFor(host)) log.warn('the certificate of CHANCERY_TLS_CERT_FILE is not for the host of CHANCERY_URL', { host })
  if (keyIsOpenToAll)
    log.warn('everybody on this machine can read CHANCERY_TLS_KEY_FILE: take the right from others (chmod o= FILE)')
}
