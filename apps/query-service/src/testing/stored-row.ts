/** Rows as loads write them, for tests. */
import { Readable } from 'node:stream';
import { type ClickHouse } from '@bigdata/clickhouse';
import { emailMatchKey, foldForMatch } from '@bigdata/normalization';

const TEXT_COLUMNS = [
  'email',
  'phone',
  'full_name',
  'first_name',
  'middle_name',
  'last_name',
  'name_prefix',
  'name_suffix',
  'birth_date',
  'gender',
  'company',
  'job_title',
  'website',
  'address',
  'city',
  'region',
  'postal_code',
  'country',
] as const;
type TextColumn = (typeof TEXT_COLUMNS)[number];

/** Texts that carry a version of their own. */
export const TEXT_FIELDS = [...TEXT_COLUMNS, 'phone_extension'] as const;

export type StoredRow = Readonly<Partial<Record<(typeof TEXT_FIELDS)[number], string>>> & {
  /** 16 ASCII characters: the dedupe key as it is. */
  readonly key: string;
  readonly dataset?: string;
  /** Number of the load, from 1: the later one wins. */
  readonly load?: number;
  /** Place in the load: of one load the later one wins. */
  readonly place?: number;
  /** Default: the load's own; 0 once it can no longer be undone. */
  readonly partition?: number;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Text as it stood in the source, where it is not the value. */
  readonly raw?: Readonly<Partial<Record<TextColumn, string>>>;
  /** `YYYY-MM-DD hh:mm:ss.sss` in UTC; also the time the record was first seen. */
  readonly updated_at?: string;
};

export const SEEN_AT = '2026-01-31 12:00:00.000';

const FOLDED = ['full_name', 'first_name', 'middle_name', 'last_name', 'company', 'city'] as const;
const PACKED = [
  ...TEXT_FIELDS.map((column) => `v_${column}`),
  ...['email', ...FOLDED].map((column) => `m_${column}`),
  ...TEXT_COLUMNS.map((column) => `r_${column}`),
];

/** JSON carries no bytes, so what has a version travels in hex. */
const insertInto = (
  table: string,
): string => `INSERT INTO ${table} (dedupe_key, load, dataset, key_rule, first_seen_at, updated_at, v_ingest,
  ${PACKED.join(', ')}, v_attributes)
SELECT dedupe_key, load, dataset, 'email.v1', seen_at, seen_at, toFixedString(unhex(v_ingest), 20),
  ${PACKED.map((column) => `unhex(${column})`).join(', ')},
  mapApply((name, value) -> (name, unhex(value)), v_attributes)
FROM input('dedupe_key String, load UInt32, dataset String, seen_at DateTime64(3, \\'UTC\\'), v_ingest String,
  ${PACKED.map((column) => `${column} String`).join(', ')}, v_attributes Map(String, String)')
FORMAT JSONEachRow`;

/** One insert, hence one part of each partition that stays unmerged while merges are stopped. */
export async function insertRows(clickhouse: ClickHouse, rows: readonly StoredRow[]): Promise<void> {
  const { stream } = await clickhouse.client.exec({
    query: insertInto(clickhouse.tables.writes('record_versions')),
    values: Readable.from([rows.map((row) => JSON.stringify(toColumns(row))).join('\n')], {
      objectMode: false,
    }),
    // The same rows again are to be stored again.
    clickhouse_settings: { insert_deduplicate: 0 },
  });
  await stream.resume().toArray();
}

export function recordIdOf(key: string): string {
  return Buffer.from(key).toString('hex');
}

/** The job of a load in these tests. */
export function jobIdOf(load: number): string {
  return `0198c0de-0000-7000-8000-${String(load).padStart(12, '0')}`;
}

function toColumns(row: StoredRow): Record<string, unknown> {
  const { load = 1, place = 0, attributes = {}, raw = {} } = row;
  const number = (value: number): string => value.toString(16).padStart(8, '0');
  const packed = (value = ''): string =>
    value === '' ? '' : number(load) + number(place) + Buffer.from(value).toString('hex');
  const columns: Record<string, unknown> = {
    dedupe_key: row.key,
    load: row.partition ?? load,
    dataset: row.dataset ?? '',
    seen_at: row.updated_at ?? SEEN_AT,
    v_ingest: number(load) + jobIdOf(load).replaceAll('-', ''),
    m_email: packed(row.email && differing(emailMatchKey(row.email), row.email)),
    v_attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, packed(value)]),
    ),
  };
  for (const column of TEXT_FIELDS) columns[`v_${column}`] = packed(row[column]);
  for (const column of TEXT_COLUMNS) columns[`r_${column}`] = packed(raw[column]);
  for (const column of FOLDED) {
    const value = row[column];
    columns[`m_${column}`] = packed(value && differing(foldForMatch(value), asciiLower(value)));
  }
  return columns;
}

function differing(match: string, otherwise: string): string {
  return match === otherwise ? '' : match;
}

/** As `lower` of ClickHouse, which the table falls back to. */
function asciiLower(value: string): string {
  return value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
