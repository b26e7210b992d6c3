/**
 * Page cursors: `<time of issue>:<position>` and an HMAC-SHA-256, both base64url, with a dot between. The signature covers
 * them and the scope (which list, which filter, which order), and the scope itself is not in the cursor: a cursor of
 * another list or another filter fails like a forged one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@bigdata/models';
import { type Secret } from '@bigdata/platform';

/** Long enough to go on the next day, and no cursor is good for ever. */
export const CURSOR_TTL_MS = 86_400_000;

export interface CursorCodec {
  /** @param scope what the cursor is good for, `position` the last row handed out */
  encode(scope: string, position: string): string;
  /** @throws AppError `invalid_cursor` for anything that `encode` did not return for this very scope in the last 24 hours */
  decode(scope: string, cursor: string): string;
}

/** @param nowMs the wall clock, which the instances share: milliseconds since 1970 */
export function createCursorCodec(secret: Secret, nowMs: () => number): CursorCodec {
  const sign = (scope: string, content: string): string => {
    const signature = createHmac('sha256', secret.reveal())
      .update(JSON.stringify(['cursor.v2', scope, content]))
      .digest('base64url');
    return `${Buffer.from(content).toString('base64url')}.${signature}`;
  };
  return {
    encode: (scope, position) => sign(scope, `${nowMs()}:${position}`),
    decode(scope, cursor) {
      const content = Buffer.from(cursor.slice(0, cursor.indexOf('.')), 'base64url').toString('utf8');
      // Compared as a whole: base64 has many spellings of the same bytes, and only ours is accepted.
      const expected = Buffer.from(sign(scope, content));
      const given = Buffer.from(cursor);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new AppError('invalid_cursor');
      }
      const end = content.indexOf(':');
      if (nowMs() - Number(content.slice(0, end)) > CURSOR_TTL_MS) throw new AppError('invalid_cursor');
      return content.slice(end + 1);
    },
  };
}
