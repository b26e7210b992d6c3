/** What went wrong in PostgreSQL, by SQLSTATE alone: messages are for people and change. */
import { AppError } from '@bigdata/models';
import { DatabaseError } from 'pg';

/**
 * Connection exceptions (08), resources (53), a server that shuts down or is not up (57P01 to 57P03), a
 * statement that ran out of time (57014), a lock that did not come (55P03), a database or a table that is not
 * there yet (3D000, 42P01).
 */
const UNAVAILABLE = /^(?:08|53|57P0[1-3]|57014|55P03|3D000|42P01)/;
/** Serialisation failure and deadlock: the same transaction, run again, succeeds. */
const RETRY = new Set(['40001', '40P01']);
/** Text with a zero byte or a broken escape: PostgreSQL cannot store it. */
const UNSTORABLE = new Set(['22021', '22P05']);
const UNIQUE_VIOLATION = '23505';

/** @param error thrown by the driver itself, so that whatever the server did not say is a lost connection */
export function fromDriver(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (!(error instanceof DatabaseError)) return new AppError('unavailable', { cause: error });
  const { code: sqlstate = '', constraint } = error;
  if (UNAVAILABLE.test(sqlstate) || RETRY.has(sqlstate)) {
    return new AppError('unavailable', { context: { sqlstate }, cause: error });
  }
  if (UNSTORABLE.has(sqlstate)) {
    return new AppError('invalid_request', {
      detail: 'A text holds a character that cannot be stored.',
      context: { sqlstate },
      cause: error,
    });
  }
  if (sqlstate === UNIQUE_VIOLATION) {
    return new AppError('conflict', { context: { sqlstate, constraint }, cause: error });
  }
  return error;
}

export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return error instanceof AppError && error.context['constraint'] === constraint;
}

export function isRetried(error: unknown): boolean {
  return error instanceof AppError && RETRY.has(String(error.context['sqlstate']));
}

export function sqlstateOf(error: unknown): string | null {
  if (error instanceof DatabaseError) return error.code ?? null;
  return error instanceof Error && error.cause !== undefined ? sqlstateOf(error.cause) : null;
}
