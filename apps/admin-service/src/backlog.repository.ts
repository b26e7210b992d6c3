/** What waits to be ended, in numbers. */
import { sql } from 'kysely';
import { type Database } from './db/schema';

export interface Backlog {
  readonly reservations: number;
  /** Erasures of persons who are not hidden yet. */
  readonly suppressions: number;
  /** Erasures of persons who are hidden and not deleted yet. */
  readonly deletions: number;
}

export async function readBacklog(db: Database): Promise<Backlog> {
  const { rows } = await sql<Backlog>`
    SELECT (SELECT count(*) FROM reservations) AS reservations,
      count(*) FILTER (WHERE suppressed_at IS NULL) AS suppressions,
      count(*) FILTER (WHERE suppressed_at IS NOT NULL) AS deletions
    FROM erasures WHERE deleted_at IS NULL`.execute(db);
  return rows[0] ?? { reservations: 0, suppressions: 0, deletions: 0 };
}
