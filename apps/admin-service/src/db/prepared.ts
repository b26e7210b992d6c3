/**
 * Statements that run all the time are parsed and planned once for each connection. They say so by a comment in
 * front, which also tells in PostgreSQL's own views what is running.
 */
import { type RawBuilder, sql } from 'kysely';

const MARK = /^\s*\/\* prepared: ([a-z-]+) \*\//;

/** @param name of one text only, for the server keeps the statement under it */
export function prepared(name: string): RawBuilder<unknown> {
  return sql.raw(`/* prepared: ${name} */`);
}

/** @returns the name under which the server keeps this statement; undefined when it is planned each time */
export function preparedName(statement: string): string | undefined {
  return MARK.exec(statement)?.[1];
}
