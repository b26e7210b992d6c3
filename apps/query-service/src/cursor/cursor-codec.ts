/**
 * Page cursors: `<position>.<HMAC-SHA-256>`, both base64url. The signature covers the position and the scope (which
 * list, which filter), and the scope itself is not in the cursor: a cursor of another list or another filter fails
 * like a forged one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@bigdata/models';
import { type Secret } from '@bigdata/platform';

export interface CursorCodec {
  /** @param scope what the cursor is good for, `position` the last row handed out */
  encode(scope: string, position: string): string;
  /** @throws AppError `invalid_cursor` for anything that `encode` did not return for this very scope */
  decode(scope: string, cursor: string): string;
}

export function createCursorCodec(secret: Secret): CursorCodec {
  const encode = (scope: string, position: string): string => {
    const signature = createHmac('sha256', secret.reveal())
      .update(JSON.stringify(['cursor.v1', scope, position]))
      .digest('base64url');
    return `${Buffer.from(position).toString('base64url')}.${signature}`;
  };
  return {
    encode,
    decode(scope, cursor) {
      const position = Buffer.from(cursor.slice(0, cursor.indexOf('.')), 'base64url').toString('utf8');
      // Compared as a whole: base64 has many spellings of the same bytes, and only ours is accepted.
      const expected = Buffer.from(encode(scope, position));
      const given = Buffer.from(cursor);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new AppError('invalid_cursor');
      }
      return position;
    },
  };
}
