/**
 * Watches how long others wait for their turn, in milliseconds of this thread's processor time: how busy the machine is elsewhere
 * does not count. `stop` tells the longest.
 */
export function watchTurns(): { readonly stop: () => { readonly turns: number; readonly longest: number } } {
  let turns = 0
  let longest = 0
  let last = spent()
  const look = (): void => {
    const now = spent()
    turns++
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(look, 1)
  return {
    stop: () => {
      clearInterval(timer)
      look()
      return { turns, longest }
    },
  }
}

function spent(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
