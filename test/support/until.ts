import { setTimeout as sleep } from 'node:timers/promises'

/** For what is sure to come, on a machine that may have other things to do: so long that only a fault reaches it. */
export const PATIENCE_MS = 120_000

/** Waits until it is so. Throws, with what `otherwise` says, when it never is. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  otherwise: string | (() => string) = 'it never came to be',
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(typeof otherwise === 'string' ? otherwise : otherwise())
    await sleep(10)
  }
}
