import { createMetrics } from '@bigdata/platform';
import { countAnswers } from './count-answers';

test('an answer counts as kept, made or failed', async () => {
  const metrics = createMetrics('test');
  const kept = new Map<string, string>();
  const cache = countAnswers(
    {
      async get(id, make) {
        const answer = kept.get(id) ?? (await make());
        kept.set(id, answer);
        return answer;
      },
    },
    metrics,
  );
  for (let i = 0; i < 3; i += 1) await cache.get('one', () => Promise.resolve('answer'));
  await expect(cache.get('other', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  const { values } = await metrics.registry.getSingleMetric('query_stats_cache_answers_total')!.get();
  expect(Object.fromEntries(values.map(({ labels, value }) => [labels['outcome'], value]))).toEqual({
    kept: 2,
    made: 1,
    failed: 1,
  });
});
