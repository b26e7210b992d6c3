/** Keeps secrets out of the log: by the name of a member, and by the look of a value. */
import { Secret } from '../config/secret';

const REDACTED = '[redacted]';
const SECRET_NAMES =
  /^(?:.*[_-])?(?:api[_-]?key|authorization|password|passwd|pepper|secret|token|cookie|identity)$/i;
const API_KEYS = /bd_live_[0-9A-Za-z_]{8,}/g;
const URL_PASSWORDS = /(\w+:\/\/[^\s:/@]*:)[^\s@/]+@/g;
const DEPTH_MAX = 6;

/** A copy that is safe to write: errors become plain objects with their causes, cycles and depths are cut. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret) return REDACTED;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (depth >= DEPTH_MAX) return '[deep]';
  if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Error) return redactError(value, depth);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET_NAMES.test(name) && member !== undefined ? REDACTED : redact(member, depth + 1),
    ]),
  );
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const own = Object.fromEntries(
    Object.entries(error).map(([name, member]) => [
      name,
      SECRET_NAMES.test(name) ? REDACTED : redact(member, depth + 1),
    ]),
  );
  return {
    ...own,
    name: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

function redactText(text: string): string {
  return text.replace(API_KEYS, `bd_live_${REDACTED}`).replace(URL_PASSWORDS, `$1${REDACTED}@`);
}
