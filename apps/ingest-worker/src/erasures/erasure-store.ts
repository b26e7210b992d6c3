/**
 * The rows of erased persons in ClickHouse. Marking a row hides it from every answer; marked rows are deleted later, of
 * all erasures together. Everything here may be repeated, and be done twice at once.
 *
 * A record is the person's when any of its stored rows has the identifier, and goes as a whole. Merged rows may keep the
 * spelling of a value that was replaced: that counts too. Statements that hold an identifier are kept out of ClickHouse's
 * query log.
 */
import { type ClickHouse, ERASABLE_TABLES, PENDING_TABLES } from '@bigdata/clickhouse';
import { type DueErasure, type ErasureCounts, type ErasureSubjectKind } from '@bigdata/models';
import { withoutRows } from '../load/without-rows';
import { pause } from '../retry';
import { emailsIn } from './identifiers-in-text';
import { REJECT_REASONS } from '../batches/rejects';

export interface ErasureStore {
  /** Waits for the inserts of loads that run now: what begins later knows of the erasure. */
  waitForInserts(signal: AbortSignal): Promise<void>;
  /** Hides everything of the subject that is stored now. */
  mark(erasure: DueErasure, signal: AbortSignal): Promise<void>;
  countMarked(id: string, signal: AbortSignal): Promise<ErasureCounts>;
  /** Marked records after one of them, in the order of their ids. */
  readMarkedRecords(id: string, after: string | null, max: number, signal: AbortSignal): Promise<string[]>;
  /** Deletes what is marked, of all erasures. Resolves when every part is written anew. */
  deleteMarked(signal: AbortSignal): Promise<void>;
  /** Rows that are marked and still there. */
  countLeft(ids: readonly string[], signal: AbortSignal): Promise<number>;
  /** Waits until the files of parts that were replaced up to now are gone. */
  waitForOldParts(signal: AbortSignal): Promise<void>;
  /** Forgets the marks of erasures. */
  unmark(ids: readonly string[], signal: AbortSignal): Promise<void>;
}

const POLL_MS = 200;
const UNLOGGED = { log_queries: 0 } as const;
const TABLES = ERASABLE_TABLES.map(({ table }) => table);

const valueOf = (column: string): string => `substring(${column}, 9)`;
const versionOf = (column: string): string => `substring(${column}, 1, 8)`;
const digitsOf = (text: string): string => `replaceRegexpAll(${text}, '[^0-9]+', '')`;
/** Numbers differ from each other in their last digits, however their first ones are written. */
const LAST_DIGITS = `right({value:String}, 9)`;

/** Of a stored row. The text of a source (`r_`) outlives the value that was read from it when a later load had none to keep. */
const HAS_IDENTIFIER: Readonly<Record<Exclude<ErasureSubjectKind, 'record_id'>, string>> = {
  email: `${valueOf('v_email')} = {value:String} OR ${valueOf('m_email')} = {value:String}
  OR (${versionOf('r_email')} < ${versionOf('v_email')}
    AND positionCaseInsensitive(replaceAll(${valueOf('r_email')}, '.', ''), replaceAll({value:String}, '.', '')) > 0)`,
  phone: `${valueOf('v_phone')} = {value:String}
  OR (${versionOf('r_phone')} < ${versionOf('v_phone')}
    AND endsWith(${digitsOf(valueOf('r_phone'))}, ${LAST_DIGITS}))`,
};

export function createErasureStore({ client, tables }: ClickHouse): ErasureStore {
  const command = (query: string, params: Record<string, unknown>, signal: AbortSignal): Promise<void> =>
    withoutRows(async () => {
      await client.command({
        query,
        query_params: params,
        clickhouse_settings: UNLOGGED,
        abort_signal: signal,
      });
    });
  const select = <T>(query: string, params: Record<string, unknown>, signal: AbortSignal): Promise<T[]> =>
    withoutRows(async () => {
      const answer = await client.query({
        query,
        query_params: params,
        format: 'JSONEachRow',
        clickhouse_settings: { ...UNLOGGED, output_format_json_quote_64bit_integers: 0 },
        abort_signal: signal,
      });
      return answer.json<T>();
    });

  /** Waits until nothing of what `find` gives now is given any more. */
  const waitUntilGone = async (find: string, signal: AbortSignal): Promise<void> => {
    const names = async (): Promise<string[]> =>
      (
        await select<{ name: string }>(
          find,
          {
            database: tables.database,
            inserted: TABLES.map(tables.writes),
            stored: TABLES.map(tables.stored),
          },
          signal,
        )
      ).map(({ name }) => name);
    let left = new Set(await names());
    while (left.size > 0) {
      await pause(POLL_MS, signal);
      left = new Set((await names()).filter((name) => left.has(name)));
    }
  };

  const markRecords = ({ id, subject: { kind, value } }: DueErasure, signal: AbortSignal): Promise<void> =>
    kind === 'record_id'
      ? command('INSERT INTO erasing_records SELECT {id:UUID}, unhex({value:String})', { id, value }, signal)
      : command(
          `INSERT INTO erasing_records
SELECT DISTINCT {id:UUID}, dedupe_key FROM record_versions WHERE ${HAS_IDENTIFIER[kind]}`,
          { id, value },
          signal,
        );

  const markRejects = async (
    { id, subject: { kind, value } }: DueErasure,
    signal: AbortSignal,
  ): Promise<void> => {
    if (kind === 'phone') {
      await command(
        `INSERT INTO erasing_rejects
SELECT {id:UUID}, job_id, byte_offset FROM ingest_rejects
WHERE position(${digitsOf('raw')}, ${LAST_DIGITS}) > 0`,
        { id, value },
        signal,
      );
    }
    if (kind === 'email') await markRejectsOf(id, value, signal);
  };

  /** An address is written in many ways that one mailbox has: the texts are read here, as loads read them. */
  const markRejectsOf = (id: string, email: string, signal: AbortSignal): Promise<void> =>
    withoutRows(async () => {
      const answer = await client.query({
        query: "SELECT job_id, byte_offset, raw FROM ingest_rejects WHERE position(raw, '@') > 0",
        format: 'JSONEachRow',
        abort_signal: signal,
      });
      for await (const rows of answer.stream<{ job_id: string; byte_offset: string; raw: string }>()) {
        const values = rows
          .map((row) => row.json())
          .filter(({ raw }) => emailsIn(raw).some((found) => found === email))
          .map(({ job_id, byte_offset }) => ({ erasure_id: id, job_id, byte_offset }));
        if (values.length > 0) {
          await client.insert({
            table: tables.writes('erasing_rejects'),
            format: 'JSONEachRow',
            values,
            abort_signal: signal,
          });
        }
      }
    });

  const sync = async (names: readonly string[], signal: AbortSignal): Promise<void> => {
    for (const query of tables.syncReplicas(names)) await command(query, {}, signal);
  };

  /**
   * Every replica has to know what is marked: before it is told that it is hidden, and before it is deleted. One that is
   * away holds this up. It would come back with the rows of a person of whom it was said that they are gone.
   */
  const syncMarks = (signal: AbortSignal): Promise<void> => sync(PENDING_TABLES, signal);

  return {
    waitForInserts: (signal) =>
      waitUntilGone(
        `SELECT query_id AS name FROM ${tables.system('processes')}
WHERE current_database = {database:String} AND arrayExists(t -> startsWith(query, concat('INSERT INTO ', t, ' ')), {inserted:Array(String)})`,
        signal,
      ),

    async mark(erasure, signal) {
      // Whichever replica is asked has everything that was acknowledged.
      await sync(['record_versions', 'ingest_rejects'], signal);
      await markRecords(erasure, signal);
      await markRejects(erasure, signal);
      await syncMarks(signal);
    },

    async countMarked(id, signal) {
      const [counts] = await select<ErasureCounts>(
        `SELECT uniqExact(dedupe_key) AS records, count() AS record_versions,
  (SELECT uniqExact(job_id, byte_offset) FROM erasing_rejects WHERE erasure_id = {id:UUID}) AS rejects
FROM record_versions
WHERE dedupe_key IN (SELECT dedupe_key FROM erasing_records WHERE erasure_id = {id:UUID})`,
        { id },
        signal,
      );
      return counts ?? { records: 0, record_versions: 0, rejects: 0 };
    },

    async readMarkedRecords(id, after, max, signal) {
      const rows = await select<{ record_id: string }>(
        `SELECT DISTINCT lower(hex(dedupe_key)) AS record_id FROM erasing_records
WHERE erasure_id = {id:UUID} AND dedupe_key > unhex({after:String})
ORDER BY dedupe_key LIMIT {max:UInt32}`,
        { id, after: after ?? '', max },
        signal,
      );
      return rows.map(({ record_id }) => record_id);
    },

    async deleteMarked(signal) {
      await syncMarks(signal);
      for (const { table, pending, key, by } of ERASABLE_TABLES) {
        const columns = key.join(', ');
        const everywhere = tables.everywhere(table);
        const isMarked = `(${columns}) IN (SELECT ${columns} FROM ${tables.qualified(pending)})`;
        if (by === 'delete') {
          await command(`ALTER TABLE ${everywhere} DELETE WHERE ${isMarked}`, {}, signal);
        } else {
          const reason = REJECT_REASONS.erased;
          const change = `raw = '', code = 'erased', reason = '${reason}'`;
          await command(`ALTER TABLE ${everywhere} UPDATE ${change} WHERE ${isMarked}`, {}, signal);
          // Rejects of jobs that ran again are only marked as deleted, and their texts still there.
          await command(`ALTER TABLE ${everywhere} APPLY DELETED MASK`, {}, signal);
        }
      }
      await waitUntilGone(
        `SELECT concat(hostName(), ' ', table, ' ', mutation_id) AS name FROM ${tables.system('mutations')}
WHERE database = {database:String} AND table IN {stored:Array(String)} AND NOT is_done`,
        signal,
      );
    },

    async countLeft(ids, signal) {
      const counts = ERASABLE_TABLES.map(({ table, pending, key, by }) => {
        const columns = key.join(', ');
        const isLeft = by === 'blank' ? " AND raw != ''" : '';
        return `(SELECT count() FROM ${table}
WHERE (${columns}) IN (SELECT ${columns} FROM ${pending} WHERE erasure_id IN {ids:Array(UUID)})${isLeft})`;
      });
      const [row] = await select<{ rows: number }>(`SELECT ${counts.join(' + ')} AS rows`, { ids }, signal);
      return row?.rows ?? 0;
    },

    waitForOldParts: (signal) =>
      waitUntilGone(
        `SELECT concat(hostName(), ' ', table, ' ', name) AS name FROM ${tables.system('parts')}
WHERE database = {database:String} AND table IN {stored:Array(String)} AND NOT active`,
        signal,
      ),

    async unmark(ids, signal) {
      for (const table of PENDING_TABLES) {
        await command(
          `ALTER TABLE ${tables.everywhere(table)} DELETE WHERE erasure_id IN {ids:Array(UUID)} SETTINGS mutations_sync = 2`,
          { ids },
          signal,
        );
      }
    },
  };
}
