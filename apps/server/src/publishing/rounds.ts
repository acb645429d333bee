/** A piece of work that is done again and again: what it is called in the log, how often, and what it does. */
export interface Round {
  readonly name: string
  readonly everyMs: number
  run(): Promise<unknown>
}

/** Rounds at work. */
export interface Rounds {
  /** Runs this round now, or once more when it is running: something has just become due. */
  nudge(name: string): void
  /** Starts no more and waits for those that run. */
  stop(): Promise<void>
}

/**
 * Runs each round now and then every so often, never twice at once. A round that fails is reported and comes again: nothing that it
 * did not finish is lost, for its work is written down in the store.
 */
export function startRounds(rounds: readonly Round[], report: (error: unknown, round: string) => void): Rounds {
  let stopped = false
  const loops = new Map(rounds.map((round) => [round.name, startLoop(round)]))

  function startLoop(round: Round) {
    let wake = (): void => {}
    let nudged = false
    const sleep = (): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, round.everyMs)
        timer.unref()
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    const loop = async (): Promise<void> => {
      while (!stopped) {
        nudged = false
        try {
          await round.run()
        } catch (error) {
          report(error, round.name)
        }
        if (!stopped && !nudged) await sleep()
      }
    }
    const ended = loop()
    return {
      ended,
      nudge: () => {
        nudged = true
        wake()
      },
    }
  }

  return {
    nudge: (name) => loops.get(name)?.nudge(),
    async stop() {
      stopped = true
      for (const loop of loops.values()) loop.nudge()
      await Promise.all([...loops.values()].map((loop) => loop.ended))
    },
  }
}
