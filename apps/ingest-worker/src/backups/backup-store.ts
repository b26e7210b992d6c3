/** What backups and restores ask of ClickHouse. Nothing of a row passes through here. */
import { randomUUID } from 'node:crypto';
import { type ClickHouse, PENDING_TABLES, quoteName } from '@bigdata/clickhouse';
import { AppError, type RestoreFacts } from '@bigdata/models';
import { REJECT_REASONS } from '../batches/rejects';
import { withoutRows } from '../load/without-rows';
import { pause } from '../retry';

export interface BackupStore {
  readState(): Promise<{ readonly version: string; readonly takenAt: string }>;
  /** Resolves when it is whole. @param target as `toBackupTarget` writes it @returns bytes of it */
  save(target: string, signal: AbortSignal): Promise<number>;
  /** Tables that hold rows. */
  filledTables(): Promise<string[]>;
  dropTables(): Promise<void>;
  /**
   * On a cluster without the tables that stand for all shards: they would name those of the database that was saved, and
   * migrations make them.
   * @param from the database of the backup, which this one takes the place of
   */
  restore(from: string, target: string, signal: AbortSignal): Promise<void>;
  /** Loads with rows of their own, and the greatest number heard of. */
  readLoads(): Promise<{ readonly loads: number[]; readonly last: number }>;
  /** Marks the records of erased identifiers for deletion, as an erasure does. */
  markErased(erased: RestoreFacts['erased']): Promise<void>;
  countMarked(): Promise<number>;
  /** A number in the text of a rejected row cannot be found by its hash, so no text is kept. */
  blankRejects(): Promise<void>;
  unmarkAll(): Promise<void>;
}

const POLL_MS = 200;
/** One statement looks for so many identifiers; each takes some 20 bytes of its text. */
const HASHES_PER_STATEMENT = 10_000;
const UNLOGGED = { log_queries: 0, max_query_size: '1048576' } as const;

export function createBackupStore({ client, tables }: ClickHouse): BackupStore {
  const { database, onCluster } = tables;

  const select = <T>(query: string, params: Record<string, unknown> = {}): Promise<T[]> =>
    withoutRows(async () => {
      const answer = await client.query({
        query,
        query_params: params,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      return answer.json<T>();
    });
  const command = (query: string, params: Record<string, unknown> = {}): Promise<void> =>
    withoutRows(async () => {
      await client.command({ query, query_params: params, clickhouse_settings: UNLOGGED });
    });

  /** A backup may take hours, and a connection that is silent for so long is cut on many ways. */
  const inBackground = async (statement: string, signal: AbortSignal): Promise<number> => {
    const [started] = await select<{ id: string }>(`${statement} ASYNC`);
    for (;;) {
      // Of a cluster, another server than the one that is asked now may have been told to begin.
      const rows = await select<{ status: string; code: string; total_size: number }>(
        `SELECT status, extract(error, '^Code: ([0-9]+)') AS code, total_size FROM ${tables.system('backups')} WHERE id = {id:String}`,
        { id: started?.id ?? '' },
      );
      if (rows.length === 0)
        throw new AppError('unavailable', { detail: 'ClickHouse has forgotten the backup.' });
      const failed = rows.find(({ status }) => /_(?:FAILED|CANCELLED)$/.test(status));
      if (failed)
        throw new AppError('internal', { context: { status: failed.status, clickhouse_code: failed.code } });
      if (rows.every(({ status }) => status === 'BACKUP_CREATED' || status === 'RESTORED'))
        return Math.max(...rows.map(({ total_size }) => total_size));
      await pause(POLL_MS, signal);
    }
  };

  const dropTables = async (condition = ''): Promise<void> => {
    // First what names the tables that it reads and writes.
    const made = await select<{ name: string }>(
      `SELECT name FROM system.tables WHERE database = {database:String} ${condition}
ORDER BY engine NOT IN ('MaterializedView', 'Distributed'), name`,
      { database },
    );
    for (const { name } of made)
      await command(`DROP TABLE IF EXISTS ${quoteName(database)}.${quoteName(name)}${onCluster} SYNC`);
  };

  return {
    async readState() {
      const [row] = await select<{ version: string; takenAt: string }>(
        "SELECT version() AS version, formatDateTime(now('UTC'), '%FT%TZ') AS takenAt",
      );
      if (row === undefined) throw new AppError('internal', { context: { reason: 'no row' } });
      return row;
    },

    save: (target, signal) =>
      inBackground(`BACKUP DATABASE ${quoteName(database)}${onCluster} TO ${target}`, signal),

    async filledTables() {
      const rows = await select<{ name: string }>(
        `SELECT DISTINCT name FROM ${tables.system('tables')}
WHERE database = {database:String} AND total_rows > 0 AND name != {ledger:String} ORDER BY name`,
        { database, ledger: tables.stored('schema_migrations') },
      );
      return rows.map(({ name }) => name);
    },

    dropTables: () => dropTables(),

    async restore(from, target, signal) {
      const to = from === database ? '' : ` AS ${quoteName(database)}`;
      await inBackground(`RESTORE DATABASE ${quoteName(from)}${to}${onCluster} FROM ${target}`, signal);
      if (tables.cluster !== null) await dropTables("AND engine = 'Distributed'");
    },

    async readLoads() {
      const parts = await select<{ load: number }>(
        `SELECT DISTINCT toUInt32(partition) AS load FROM ${tables.systemOfShards('parts')}
WHERE database = {database:String} AND table = {table:String} AND active AND partition != '0' ORDER BY load`,
        { database, table: tables.stored('record_versions') },
      );
      const loads = parts.map(({ load }) => load);
      const [registered] = await select<{ last: number }>('SELECT max(load) AS last FROM ingest_loads');
      return { loads, last: Math.max(registered?.last ?? 0, ...loads.slice(-1)) };
    },

    async markErased({ keys, hashes }) {
      const params = Object.fromEntries(
        Object.entries(keys).flatMap(([kind, key]) =>
          halves(key).map((half, index) => [`${kind}_${index}`, half] as const),
        ),
      );
      for (let at = 0; at < hashes.length; at += HASHES_PER_STATEMENT) {
        const some = hashes.slice(at, at + HASHES_PER_STATEMENT).map((hash) => BigInt(`0x${hash}`));
        const listed = (kind: keyof typeof keys, value: string): string =>
          `sipHash64Keyed(({${kind}_0:UInt64}, {${kind}_1:UInt64}), ${value}) IN (${some.join(',')})`;
        await command(
          `INSERT INTO erasing_records
SELECT DISTINCT {id:UUID}, dedupe_key FROM record_versions
WHERE ${listed('email', 'substring(v_email, 9)')} OR ${listed('email', 'substring(m_email, 9)')}
  OR ${listed('phone', 'substring(v_phone, 9)')} OR ${listed('record_id', 'dedupe_key')}`,
          { ...params, id: randomUUID() },
        );
      }
    },

    async countMarked() {
      const [row] = await select<{ records: number }>(
        `SELECT uniqExact(dedupe_key) AS records FROM record_versions
WHERE dedupe_key IN (SELECT dedupe_key FROM erasing_records)`,
      );
      return row?.records ?? 0;
    },

    blankRejects: () =>
      command(
        `ALTER TABLE ${tables.everywhere('ingest_rejects')} UPDATE raw = '', reason = '${REJECT_REASONS.erased}', code = 'erased'
WHERE raw != '' SETTINGS mutations_sync = 2`,
      ),

    async unmarkAll() {
      for (const table of PENDING_TABLES) await command(`TRUNCATE TABLE ${tables.everywhere(table)}`);
    },
  };
}

/** The two little-endian numbers that a key of SipHash is. */
function halves(key: string): bigint[] {
  const bytes = Buffer.from(key, 'hex');
  return [bytes.readBigUInt64LE(0), bytes.readBigUInt64LE(8)];
}
