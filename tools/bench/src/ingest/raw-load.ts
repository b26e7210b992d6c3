/**
 * ClickHouse loads the file by itself: its own reader, no normalisation, into the physical columns that the worker
 * fills for the columns of the file. Nothing of this could be used, but nothing can load these rows faster.
 */
import { type ClickHouseHttp, type Settings } from '../system/clickhouse-http';
import { type Contestant, type PeopleFile, timeLoad } from './contestant';
import { PEOPLE_COLUMNS } from './people-rows';

export type RawFormat = 'csv' | 'ndjson';

const READERS: Readonly<Record<RawFormat, string>> = { csv: 'CSVWithNames', ndjson: 'JSONEachRow' };

/** Load 1, batch 1: what the worker puts in front of every value of the first batch of the first load. */
const VERSION = `unhex('0000000100001000')`;

export const RECORDS_TABLE = 'record_versions';

export const buildRawLoad = (file: string, format: RawFormat): string => {
  const constants = {
    load: '1',
    dataset: `'default'`,
    key_rule: `'email'`,
    first_seen_at: `toDateTime64('2026-01-01 00:00:00', 3, 'UTC')`,
    updated_at: `toDateTime64('2026-01-01 00:00:00', 3, 'UTC')`,
    v_ingest: `toFixedString(concat(unhex('00000001'), '0123456789abcdef'), 20)`,
  };
  const columns = ['dedupe_key', ...Object.keys(constants), ...PEOPLE_COLUMNS.map((name) => `v_${name}`)];
  const values = [
    'sipHash128(email)',
    ...Object.values(constants),
    ...PEOPLE_COLUMNS.map((name) => `concat(${VERSION}, ${name})`),
  ];
  const structure = PEOPLE_COLUMNS.map((name) => `${name} String`).join(', ');
  return `INSERT INTO ${RECORDS_TABLE} (${columns.join(', ')})
SELECT ${values.join(', ')}
FROM file('${file.replaceAll(/['\\]/g, '\\$&')}', '${READERS[format]}', '${structure}')`;
};

/** What is best depends on processors and memory: the faster one counts. The second is ClickHouse's default. */
export const RAW_BLOCK_ROWS = [262_144, 1_048_449] as const;

export const rawSettings = (cores: number, blockRows: number): Settings => ({
  // As the worker inserts: merging at the insert would cost more than the insert.
  optimize_on_insert: 0,
  max_threads: cores,
  max_insert_threads: cores,
  input_format_parallel_parsing: 1,
  min_insert_block_size_rows: blockRows,
  min_insert_block_size_bytes: 0,
});

export const createRawLoad = (clickhouse: ClickHouseHttp, settings: Settings): Contestant => ({
  pid: () => null,
  table: RECORDS_TABLE,
  load: ({ path, format }: PeopleFile) => {
    if (format !== 'csv' && format !== 'ndjson') throw new Error(`ClickHouse has no reader for ${format}`);
    return timeLoad(() => clickhouse.run(buildRawLoad(path, format), settings));
  },
});
