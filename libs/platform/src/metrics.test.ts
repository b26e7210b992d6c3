import { createMetrics } from './metrics';

test('every series that can be known in advance is there before anything happened', async () => {
  const metrics = createMetrics('test');
  metrics.counter('decisions_total', 'Decisions', { outcome: ['yes', 'no'], by: ['one', 'other'] });
  metrics.histogram('wait_seconds', 'Wait', [1], { kind: ['long'] });
  metrics.counter('events_total', 'Events');
  const text = await metrics.registry.metrics();
  for (const outcome of ['yes', 'no']) {
    for (const by of ['one', 'other']) {
      expect(text).toContain(`decisions_total{outcome="${outcome}",by="${by}",service="test"} 0`);
    }
  }
  expect(text).toMatch(/^wait_seconds_count\{.*kind="long".*\} 0$/m);
  expect(text).toContain('events_total{service="test"} 0');
  expect(text).toMatch(/bigdata_build_info\{version="[\d.]+",node_version="v[\d.]+",service="test"\} 1/);
});

test.each([[{}], [{ queue: 'open' as const }]])(
  'a gauge that cannot be read is left out, and comes back: labels %j',
  async (labels) => {
    const metrics = createMetrics('test');
    const values = 'queue' in labels ? { queue: 'ingest' } : {};
    let away = false;
    metrics.readGauge('jobs', 'Jobs', labels, () =>
      away ? Promise.reject(new Error('away')) : Promise.resolve([[values, 7]]),
    );
    const line = /^jobs\{.*\} 7$/m;
    expect(await metrics.registry.metrics()).toMatch(line);
    away = true;
    const text = await metrics.registry.metrics();
    expect(text).not.toMatch(/^jobs\{/m);
    expect(text).toContain('# TYPE jobs gauge');
    away = false;
    expect(await metrics.registry.metrics()).toMatch(line);
  },
);
