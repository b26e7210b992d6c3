import { randomBytes } from 'node:crypto';

/** A key prefix of its own for one test file, so that files share one Redis without meeting. */
export function redisPrefix(): string {
  return `test:${randomBytes(8).toString('hex')}:`;
}
