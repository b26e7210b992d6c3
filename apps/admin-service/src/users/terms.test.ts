import { toEffectiveTerms, withMinuteLimit } from './terms';

const DEFAULT = 600;

test('without terms there is the default limit and nothing else', () => {
  expect(toEffectiveTerms([{}, {}], DEFAULT)).toEqual({
    limits: [{ name: 'minute', limit: 600, window_s: 60 }],
    in_flight_max: null,
    query_limits: null,
    prices: null,
  });
});

test('a user’s own terms go before its plan’s, member by member', () => {
  const own = {
    limits: { minute: 5 },
    query_limits: { rows_max: 10 },
    prices: { runQuery: { base: 2, per_record: 0 } },
  };
  const plan = {
    limits: { second: 3, minute: 60, day: 1_000 },
    in_flight_max: 4,
    query_limits: { rows_max: 100, timeout_ms: 50 },
    prices: { runQuery: { base: 9, per_record: 9 }, lookup: { base: 1, per_record: 1 } },
  };
  expect(toEffectiveTerms([own, plan], DEFAULT)).toEqual({
    limits: [
      { name: 'second', limit: 3, window_s: 1 },
      { name: 'minute', limit: 5, window_s: 60 },
      { name: 'day', limit: 1_000, window_s: 86_400 },
    ],
    in_flight_max: 4,
    query_limits: {
      rows_max: 10,
      timeout_ms: 50,
      memory_bytes_max: null,
      rows_to_read_max: null,
      concurrent_max: null,
    },
    prices: { runQuery: { base: 2, per_record: 0 }, lookup: { base: 1, per_record: 1 } },
  });
});

test('null lifts what the plan limits', () => {
  const plan = { limits: { second: 3, day: 9 }, in_flight_max: 4, query_limits: { rows_max: 5 } };
  const own = { limits: { second: null, day: null }, in_flight_max: null, query_limits: { rows_max: null } };
  const { limits, in_flight_max, query_limits } = toEffectiveTerms([own, plan], DEFAULT);
  expect([limits.map(({ name }) => name), in_flight_max, query_limits]).toEqual([['minute'], null, null]);
});

test('a minute limit is set and taken back without touching the others', () => {
  const terms = { limits: { day: 7 }, in_flight_max: 2 };
  const limited = withMinuteLimit(terms, 5);
  expect(limited).toEqual({ limits: { day: 7, minute: 5 }, in_flight_max: 2 });
  expect(withMinuteLimit(limited, null)).toEqual(terms);
});
