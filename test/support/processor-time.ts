/**
 * Milliseconds for which this process has worked. To measure how much something takes: what others do on the machine meanwhile does
 * not count, nor does waiting for a turn.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
