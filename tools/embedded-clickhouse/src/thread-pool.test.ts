import { setThreadPoolSize } from './thread-pool';

test.each([
  [8, undefined, 32],
  [64, undefined, 144],
  [8, '4', 32],
  [8, '200', 200],
  [8, 'many', 32],
])('%i sessions with %s given need %i threads', (sessions, given, expected) => {
  const env = given === undefined ? {} : { UV_THREADPOOL_SIZE: given };
  setThreadPoolSize(env, sessions);
  expect(env).toEqual({ UV_THREADPOOL_SIZE: String(expected) });
});
