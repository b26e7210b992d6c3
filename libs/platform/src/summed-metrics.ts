/** The metrics of several processes as those of one service. */
import { AggregatorRegistry, type Registry } from 'prom-client';

/** All metrics of one registry, as they go from process to process. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/**
 * Counters and histograms are summed, and gauges unless they were made to be the least or the greatest; of a lag, which
 * node's own metrics tell, it is the mean.
 */
export function sumMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
