import { fromRedisError } from './redis-error';

class ReplyError extends Error {
  override readonly name = 'ReplyError';
}

test.each(['LOADING Redis is loading', 'READONLY replica', 'OOM command not allowed', 'NOAUTH required'])(
  'a server that will be well again is unavailable: %s',
  (message) => {
    expect(fromRedisError(new ReplyError(message)).code).toBe('unavailable');
  },
);

test('a lost connection is unavailable whatever its text says', () => {
  expect(fromRedisError(new Error('ERR looks like a reply')).code).toBe('unavailable');
});

test.each(['ERR Error compiling script', 'WRONGTYPE Operation against a key', ''])(
  'a reply that blames us is internal: %s',
  (message) => {
    expect(fromRedisError(new ReplyError(message)).code).toBe('internal');
  },
);
