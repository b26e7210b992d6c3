/** Rows as a load writes them, for tests. */
import { type ClickHouse } from '@bigdata/clickhouse';
import { emailMatchKey, foldForMatch } from '@bigdata/normalization';

/** Text columns by name, all of them optional. */
const TEXT_COLUMNS = [
  'dataset',
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
  'ingest_id',
] as const;
type TextColumn = (typeof TEXT_COLUMNS)[number];

export type StoredRow = Readonly<Partial<Record<TextColumn, string>>> & {
  /** 16 ASCII characters: the dedupe key as it is. */
  readonly key: string;
  /** The greater version wins, per entry. */
  readonly attributes?: Readonly<Record<string, readonly [version: number, value: string]>>;
  /** `YYYY-MM-DD hh:mm:ss.sss` in UTC; also the time the record was first seen. */
  readonly updated_at?: string;
};

export const SEEN_AT = '2026-01-31 12:00:00.000';

const MATCH_COLUMNS: Readonly<Partial<Record<TextColumn, (value: string) => string>>> = {
  email: emailMatchKey,
  full_name: foldForMatch,
  first_name: foldForMatch,
  middle_name: foldForMatch,
  last_name: foldForMatch,
  company: foldForMatch,
  city: foldForMatch,
};

/** One insert, hence one part that stays unmerged while merges are stopped. */
export async function insertRows(clickhouse: ClickHouse, rows: readonly StoredRow[]): Promise<void> {
  await clickhouse.client.insert({ table: 'records', format: 'JSONEachRow', values: rows.map(toColumns) });
}

export function recordIdOf(key: string): string {
  return Buffer.from(key).toString('hex');
}

function toColumns(row: StoredRow): Record<string, unknown> {
  const columns: Record<string, unknown> = {
    dedupe_key: row.key,
    key_rule: 'email.v1',
    attributes: row.attributes ?? {},
    raw_values: {},
    first_seen_at: row.updated_at ?? SEEN_AT,
    updated_at: row.updated_at ?? SEEN_AT,
    first_ingest_id: '00000000-0000-0000-0000-000000000000',
  };
  for (const column of TEXT_COLUMNS) {
    const value = row[column];
    if (value === undefined) continue;
    columns[column] = value;
    const match = MATCH_COLUMNS[column];
    if (match) columns[`${column}_match`] = match(value);
  }
  return columns;
}
