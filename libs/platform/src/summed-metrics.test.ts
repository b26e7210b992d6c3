import { createMetrics } from './metrics';
import { type MetricsSnapshot, sumMetrics } from './summed-metrics';

async function snapshotOf(values: {
  readonly running: number;
  readonly circuit: number;
  readonly up: number;
}): Promise<MetricsSnapshot> {
  const metrics = createMetrics('gateway');
  metrics.counter('requests_total', 'Requests').inc(values.running);
  metrics.gauge('running_requests', 'Running').set(values.running);
  metrics.gauge('circuit_open', 'Open', {}, 'max').set(values.circuit);
  metrics.readGauge('dependency_up', 'Up', {}, () => Promise.resolve([[{}, values.up]]), 'min');
  return metrics.registry.getMetricsAsJSON();
}

test('what one process of several has lost is lost, and what is counted adds up', async () => {
  const text = await sumMetrics([
    await snapshotOf({ running: 3, circuit: 0, up: 1 }),
    await snapshotOf({ running: 4, circuit: 0.5, up: 0 }),
  ]);
  const valueOf = (name: string): number => Number(new RegExp(`^${name}\\{.*\\} (.+)$`, 'm').exec(text)?.[1]);
  expect(valueOf('requests_total')).toBe(7);
  expect(valueOf('running_requests')).toBe(7);
  expect(valueOf('circuit_open')).toBe(0.5);
  expect(valueOf('dependency_up')).toBe(0);
  expect(valueOf('bigdata_build_info')).toBe(1);
});
