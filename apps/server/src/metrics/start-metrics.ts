import type { Config } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import type { Meters } from './meters.ts'
import { MetricsListenError, type MetricsListener, openMetricsListener } from './metrics-listener.ts'
import { registerStateGauges, type StateSources } from './state-gauges.ts'

/**
 * Tells metrics where the configuration says. Another program at an address that nobody chose is no reason not to serve: that is
 * logged, and nothing is told. Throws `MetricsListenError` for an address that somebody chose.
 */
export async function startMetrics(
  { metrics }: Pick<Config, 'metrics'>,
  meters: Meters | undefined,
  sources: Omit<StateSources, 'report'>,
  log: Log,
): Promise<MetricsListener | undefined> {
  if (metrics === undefined || meters === undefined) return undefined
  const report = (error: unknown) => log.warn('the state for metrics could not be read', { error })
  const refresh = registerStateGauges(meters.registry, { ...sources, report })
  try {
    return await openMetricsListener(metrics, meters.registry, refresh)
  } catch (error) {
    if (metrics.chosen || !(error instanceof MetricsListenError)) throw error
    // No fault of ours: where the port was asked for tells nobody anything.
    log.warn('metrics are not told', { why: error.message })
    return undefined
  }
}
