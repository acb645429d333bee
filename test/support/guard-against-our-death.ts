import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { Socket } from 'node:net'

/** What watches over something that we started. */
export interface Guard {
  /** From now on this process, or with a minus its group, is watched over in place of the one before. */
  watch(pid: number): void
  /** All was stopped in order: the folder goes, and the guard with it. */
  release(): Promise<void>
}

/** Whom the guard kills, how, and what it removes afterwards; whose the guard is. */
export interface GuardOptions {
  readonly pid: number | undefined
  readonly folder: string
  readonly signal: 'QUIT' | 'KILL'
  readonly owner?: Pick<SpawnOptions, 'uid' | 'gid'>
}

/**
 * Waits, in a process of its own, for the end of its input, which is our end at the latest; then it ends what we started and
 * removes the folder. The kernel closes our end of a pipe however we die.
 */
export function guardAgainstOurDeath({ pid, folder, signal, owner = {} }: GuardOptions): Guard {
  const script = `pid=$1
    while read -r line; do
      if [ "$line" = stopped ]; then rm -rf -- "$2"; exit; fi
      pid=$line
    done
    kill -s ${signal} -- "$pid"; sleep 0.2; rm -rf -- "$2"`
  const guard = spawn('sh', ['-c', script, 'sh', String(pid), folder], {
    ...owner,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const gone = new Promise<void>((resolve) => guard.once('exit', () => resolve()))
  letProcessEnd(guard, guard.stdin)
  return {
    watch: (next) => void guard.stdin.write(`${next}\n`),
    release: async () => {
      guard.ref()
      guard.stdin.end('stopped\n')
      await gone
    },
  }
}

/** A test file that forgets to stop what it started must end all the same. */
export function letProcessEnd(child: ChildProcess, ...pipes: readonly unknown[]): void {
  child.unref()
  for (const pipe of pipes) if (pipe instanceof Socket) pipe.unref()
}
