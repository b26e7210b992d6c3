/**
 * Half an hour of steady load, by a clock of the test's own, against a log of every request: no window has more than the
 * limit, and next to nothing is lost beside the log.
 */
import { type RateLimit } from '@bigdata/models';
import { redisPrefix, testServers } from '@bigdata/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { createKeyNames } from './key-names';
import { consumeLimits } from './scripts';

const SECOND: RateLimit = { name: 'second', limit: 5, window_s: 1 };
const MINUTE: RateLimit = { name: 'minute', limit: 60, window_s: 60 };
const ALONE: RateLimit = { name: 'alone', limit: 100, window_s: 60 };
const MINUTES = 30;
/** Arrivals that go to Redis at once, in their order: few, since other suites ask the same server meanwhile. */
const SENT_AT_ONCE = 100;

/** The time comes as the last argument, in milliseconds. */
const SCRIPT = consumeLimits('{ math.floor(ARGV[#ARGV] / 1000), (ARGV[#ARGV] % 1000) * 1000 }');

interface Consuming {
  consumeAt(...args: readonly (string | number)[]): Promise<readonly number[]>;
}

let redis: Redis & Consuming;

jest.setTimeout(120_000);

beforeAll(() => {
  // By its digest, and taught again when another suite makes the server forget its scripts.
  redis = new Redis(testServers().redisUrl, { scripts: { consumeAt: { lua: SCRIPT } } }) as Redis & Consuming;
});
afterAll(() => redis.quit());

/** Whole milliseconds, rising, so many a second on average, in no rhythm and the same in each run. */
function arrivals(perSecond: number): number[] {
  const numRuns = MINUTES * 60 * perSecond;
  const draws = fc.sample(fc.noBias(fc.integer({ min: 1, max: 1_000_000 })), { seed: 1, numRuns });
  let ms = 1_000_000;
  return draws.map((draw) => Math.floor((ms += (-Math.log(draw / 1_000_000) * 1_000) / perSecond)));
}

/** @returns the times that were admitted */
async function admittedByScript(
  user: string,
  policies: readonly RateLimit[],
  times: readonly number[],
): Promise<number[]> {
  const names = createKeyNames(redisPrefix());
  const keys = policies.map((policy) => names.limit(user, policy));
  const terms = policies.flatMap(({ limit, window_s }) => [limit, window_s * 1_000]);
  const admitted: number[] = [];
  for (let from = 0; from < times.length; from += SENT_AT_ONCE) {
    const together = times.slice(from, from + SENT_AT_ONCE);
    const replies = await Promise.all(
      together.map((ms) => redis.consumeAt(keys.length, ...keys, policies.length, ...terms, 1, ms)),
    );
    admitted.push(...together.filter((_, index) => replies[index]?.[0] === 1));
  }
  return admitted;
}

/** What nobody can better: a request is refused while a whole limit of others is less than a window away. */
function admittedByLog(policies: readonly RateLimit[], times: readonly number[]): number[] {
  const admitted: number[] = [];
  for (const ms of times) {
    const fits = policies.every(({ limit, window_s }) => {
      const oldest = admitted.at(-limit);
      return oldest === undefined || ms - oldest >= window_s * 1_000;
    });
    if (fits) admitted.push(ms);
  }
  return admitted;
}

describe.each([
  ['one policy', [ALONE], 100 / 60],
  ['two policies', [SECOND, MINUTE], 1],
] as const)('%s', (name, policies, perSecond) => {
  test.each([0.5, 1, 1.2, 2, 4])(
    'under %s times the limit admits within half a percent of the exact log',
    async (load) => {
      const times = arrivals(perSecond * load);
      const admitted = await admittedByScript(`${name} ${load}`, policies, times);
      for (const { limit, window_s } of policies) {
        for (let index = limit; index < admitted.length; index += 1) {
          expect(admitted[index]! - admitted[index - limit]!).toBeGreaterThanOrEqual(window_s * 1_000);
        }
      }
      const exact = admittedByLog(policies, times).length;
      expect(admitted.length).toBeLessThanOrEqual(exact);
      expect(admitted.length).toBeGreaterThanOrEqual(exact * 0.995);
    },
  );
});
