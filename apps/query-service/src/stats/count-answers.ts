import { type Metrics } from '@bigdata/platform';
import { type AnswerCache } from '@bigdata/redis';

/** The same cache, whose answers are counted: those that were kept, by whomever they were made, and those made here. */
export function countAnswers(cache: AnswerCache, metrics: Metrics): AnswerCache {
  const answers = metrics.counter(
    'query_stats_cache_answers_total',
    'Answers of statistics and fields, by where they came from',
    { outcome: ['kept', 'made', 'failed'] },
  );
  return {
    async get(id, make) {
      let outcome = 'kept';
      try {
        return await cache.get(id, () => {
          outcome = 'made';
          return make();
        });
      } catch (error) {
        outcome = 'failed';
        throw error;
      } finally {
        answers.inc({ outcome });
      }
    },
  };
}
