/**
 * Statements that run all the time are parsed and planned once for each connection. They say so by a comment in
 * front, which also tells in PostgreSQL's own views what is running.
 */
import { type RawBuilder, sql } from 'kysely';

const MARK = /^\s*\/\* prepared: ([a-z-]+)(, sent ahead)? \*\//;

/** What a statement says of itself in front. */
export interface StatementMark {
  /** Under which the server keeps it; undefined when it is planned each time. */
  readonly name: string | undefined;
  /** Nobody looks at its answer: the next statement goes out behind it, and fails when it has failed. */
  readonly ahead: boolean;
}

/** @param name of one text only, for the server keeps the statement under it */
export function prepared(name: string): RawBuilder<unknown> {
  return sql.raw(`/* prepared: ${name} */`);
}

/**
 * The same for a statement in a transaction that nothing is to be learnt from but whether it failed: it saves the wait
 * for its answer. It must be awaited all the same, and something has to follow it in the transaction: its end at least.
 */
export function preparedAhead(name: string): RawBuilder<unknown> {
  return sql.raw(`/* prepared: ${name}, sent ahead */`);
}

export function markOf(statement: string): StatementMark {
  const [, name, ahead] = MARK.exec(statement) ?? [];
  return { name, ahead: ahead !== undefined };
}
