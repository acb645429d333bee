import { openChancery } from '../open-chancery.ts'
import { systemClock, systemRandom } from '../platform/clock-and-random.ts'
import type { Config } from '../platform/config.ts'
import { createLog } from '../platform/log.ts'
import { buildDemo } from './build-demo.ts'
import { AUTHORITIES, addressOf, COMPANY, type DemoMember, MEMBERS } from './company.ts'
import { momentaryIds, movingClock } from './moving-clock.ts'

export interface MakeDemo {
  readonly certificates: number
  readonly seed: string
  /** Of an installation that is not there yet. */
  readonly config: Config
  /** Told how far it is, in lines for people. */
  readonly tell: (text: string) => void
}

const TELL_EVERY_MS = 2_000
/** No letters or digits that look like others. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Makes the installation that the configuration names, and fills it. Gives how its members sign in, in lines for people. */
export async function makeDemo({ certificates, seed, config, tell }: MakeDemo): Promise<string> {
  const clock = movingClock(systemClock)
  const startedAt = systemClock()
  const newId = momentaryIds(clock, systemRandom)
  // What is thrown away at the end need not outlive a loss of power.
  const chancery = await openChancery(config, createLog('error'), {
    now: clock.now,
    newId,
    flushFile: async () => undefined,
  })
  const password = newPassword()
  try {
    tell(`Three years of ${COMPANY.name}, with ${certificates} certificates …\n`)
    let told = startedAt
    const progress = (part: number) => {
      if (systemClock() - told < TELL_EVERY_MS) return
      told = systemClock()
      tell(`  ${Math.floor(part * 100)} %\n`)
    }
    await buildDemo({ certificates, seed, password, now: startedAt, progress }, chancery, clock)
  } finally {
    await chancery.close()
  }
  tell(`Made in ${((systemClock() - startedAt) / 1000).toFixed(1)} s.\n`)
  return signInsOf(password)
}

function signInsOf(password: string): string {
  const lines = MEMBERS.map((member: DemoMember) => `  ${addressOf(member.name).padEnd(38)} ${describe(member)}\n`)
  return `This is a demo: all of it goes when it stops. Sign in as one of these, with the password ${password}
${lines.join('')}`
}

function describe({ role, for: of }: DemoMember): string {
  return of === undefined ? role : `${role} of ${AUTHORITIES[of].name} alone`
}

/** 16 letters and digits in fours, 79 bits. */
function newPassword(): string {
  const letters: string[] = []
  while (letters.length < 16) {
    // 248 is the last multiple of 31 in a byte.
    for (const byte of systemRandom(24)) if (byte < 248) letters.push(LETTERS.charAt(byte % LETTERS.length))
  }
  return letters
    .slice(0, 16)
    .join('')
    .replaceAll(/(.{4})(?=.)/g, '$1-')
}
