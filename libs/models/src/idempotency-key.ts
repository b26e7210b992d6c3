/** The Idempotency-Key header: bare, or quoted as a structured-field string. */
import { AppError } from './problems';

const LENGTH_MAX = 255;
const PRINTABLE = /^[\x20-\x7e]+$/;

/** @throws AppError `invalid_request` for one that is empty, too long or not printable ASCII */
export function parseIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const quoted = /^"(.*)"$/.exec(header.trim())?.[1];
  const key = quoted === undefined ? header.trim() : quoted.replace(/\\(["\\])/g, '$1');
  if (key.length > LENGTH_MAX || !PRINTABLE.test(key)) {
    throw new AppError('invalid_request', {
      detail: `Idempotency-Key is 1 to ${LENGTH_MAX} printable ASCII characters, bare or in double quotes.`,
    });
  }
  return key;
}
