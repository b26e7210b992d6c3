/** Which failure of Redis is what. By class and by the reply's leading code word, never by prose. */
import { AppError } from '@bigdata/models';

/** Replies of a server that will be well again: starting, failing over, full, or busy with a script. */
const PASSING_REPLIES = new Set([
  'LOADING',
  'BUSY',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'OOM',
  'NOREPLICAS',
  'NOAUTH',
  'WRONGPASS',
]);

/**
 * `unavailable` for a lost connection, a missed deadline and the replies above. Any other reply is our own
 * mistake, such as a script that does not compile: `internal`.
 */
export function fromRedisError(error: unknown): AppError {
  const reply = replyCodeOf(error);
  return reply === null || PASSING_REPLIES.has(reply)
    ? new AppError('unavailable', { cause: error, context: { dependency: 'redis' } })
    : new AppError('internal', { cause: error, context: { dependency: 'redis', reply } });
}

/** The first word of an error reply is its code by the protocol; null when the error is no reply at all. */
function replyCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return null;
  return /^\w+/.exec(error.message)?.[0] ?? '';
}
