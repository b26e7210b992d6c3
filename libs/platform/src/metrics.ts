/** One Prometheus registry per process, made in the root. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  observeRequest(labels: { method: string; route: string; status: number }, seconds: number): void;
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  histogram(name: string, help: string, buckets: readonly number[], labels?: readonly string[]): Histogram;
}

export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last byte of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  const base = { registers: [registry] };
  return {
    registry,
    observeRequest: (labels, seconds) => requests.observe(labels, seconds),
    counter: (name, help, labels = []) => new Counter({ ...base, name, help, labelNames: labels }),
    gauge: (name, help, labels = []) => new Gauge({ ...base, name, help, labelNames: labels }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ ...base, name, help, buckets: [...buckets], labelNames: labels }),
  };
}
