/**
 * The tables as PostgreSQL itself lists them, so that a backup cannot leave out one that a later migration adds. The
 * migrator's own are not among them: migrations make them again.
 */
import { type CopyConnection } from './copy-connection';

export interface CataloguedTable {
  readonly name: string;
  /** Without those that PostgreSQL computes. */
  readonly columns: readonly string[];
  /** Tables that its rows refer to. */
  readonly refersTo: readonly string[];
  /** The column that counts up. */
  readonly counter: string | null;
}

interface Row {
  readonly name: string;
  readonly is_partitioned: boolean;
  readonly columns: string[];
  readonly refers_to: string[];
  readonly counter: string | null;
}

const TABLES = `
SELECT c.relname AS name, c.relkind = 'p' AS is_partitioned,
  ARRAY(
    SELECT a.attname::text FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
  ) AS columns,
  ARRAY(
    SELECT DISTINCT r.relname::text FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
    WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid
  ) AS refers_to,
  (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attidentity <> '') AS counter
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relname NOT LIKE 'kysely\\_migration%'
ORDER BY is_partitioned, name`;

/**
 * In an order in which references find what they refer to; those in partitions, which are the large ones and hold up
 * whoever drops a partition while they are read, come last.
 */
export async function readTables(connection: CopyConnection): Promise<CataloguedTable[]> {
  const rows = await connection.query<Row>(TABLES);
  const tables = rows.map(({ name, columns, refers_to, counter }) => ({
    name,
    columns,
    refersTo: refers_to,
    counter,
  }));
  return inOrderOfReference(tables);
}

export function inOrderOfReference<T extends Pick<CataloguedTable, 'name' | 'refersTo'>>(
  tables: readonly T[],
): T[] {
  const ordered: T[] = [];
  const placed = new Set<string>();
  let waiting = [...tables];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ refersTo }) => refersTo.every((name) => placed.has(name)));
    if (ready.length === 0) throw new Error('tables refer to each other in a circle');
    for (const table of ready) placed.add(table.name);
    ordered.push(...ready);
    waiting = waiting.filter(({ name }) => !placed.has(name));
  }
  return ordered;
}
