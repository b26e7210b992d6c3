/**
 * One Prometheus registry per process, made in the root. A label says which values it can have, so that every series
 * that can be known in advance is there from the start: a rate over the first failure needs the zero before it.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { version } from '../package.json';

/** Label → all values that it can have; `open` where they are not known in advance. */
export type Labels = Readonly<Record<string, readonly string[] | 'open'>>;

export type Reading = readonly [labels: Readonly<Record<string, string>>, value: number];

/** What the gauges of several processes of one service are together; see `summed-metrics`. */
export type Together = 'sum' | 'min' | 'max';

export interface Metrics {
  readonly registry: Registry;
  observeRequest(labels: { method: string; route: string; status: number }, seconds: number): void;
  counter(name: string, help: string, labels?: Labels): Counter;
  gauge(name: string, help: string, labels?: Labels, together?: Together): Gauge;
  /** A gauge that is read when it is asked for. One that cannot be read then is left out of that answer. */
  readGauge(
    name: string,
    help: string,
    labels: Labels,
    read: () => Promise<readonly Reading[]>,
    together?: Together,
  ): void;
  histogram(name: string, help: string, buckets: readonly number[], labels?: Labels): Histogram;
}

export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const base = (name: string, help: string, labels: Labels) => ({
    ...{ registers: [registry], name, help },
    labelNames: Object.keys(labels),
  });

  const metrics: Metrics = {
    registry,
    observeRequest: (labels, seconds) => requests.observe(labels, seconds),
    counter(name, help, labels = {}) {
      const counter = new Counter(base(name, help, labels));
      for (const values of combinations(labels)) counter.inc(values, 0);
      return counter;
    },
    gauge(name, help, labels = {}, together = 'sum') {
      const gauge = new Gauge({ ...base(name, help, labels), aggregator: together });
      for (const values of combinations(labels)) gauge.set(values, 0);
      return gauge;
    },
    readGauge(name, help, labels, read, together = 'sum') {
      const gauge = new Gauge({
        ...base(name, help, labels),
        aggregator: together,
        async collect() {
          const readings = await read().catch(() => []);
          gauge.reset();
          // Without labels a reset is a zero, which nobody has read.
          if (readings.length === 0 && Object.keys(labels).length === 0) gauge.remove();
          for (const [values, value] of readings) gauge.set(values, value);
        },
      });
    },
    histogram(name, help, buckets, labels = {}) {
      const histogram = new Histogram({ ...base(name, help, labels), buckets: [...buckets] });
      for (const values of combinations(labels)) histogram.zero(values);
      return histogram;
    },
  };

  const requests = metrics.histogram(
    'http_request_duration_seconds',
    'Time from the first byte of a request to the last byte of its answer',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    { method: 'open', route: 'open', status: 'open' },
  );
  metrics
    .gauge(
      'bigdata_build_info',
      'Always 1; its labels say what runs',
      { version: 'open', node_version: 'open' },
      'max',
    )
    .set({ version, node_version: process.version }, 1);
  return metrics;
}

/** None when a value is not known in advance, or when there is no label: such a metric begins at zero by itself. */
function combinations(labels: Labels): Record<string, string>[] {
  const names = Object.entries(labels);
  if (names.length === 0) return [];
  return names.reduce<Record<string, string>[]>(
    (made, [name, values]) =>
      values === 'open' ? [] : made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}
