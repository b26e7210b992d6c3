import { type ClickHouse } from '@bigdata/clickhouse';

/** As a load packs a value: the first load, the first place. */
const packed = (expression: string): string => `concat(unhex('0000000100000001'), ${expression})`;

interface ManyRecords {
  readonly dataset: string;
  readonly rows: number;
  /** Number of the first: the same number is the same record. */
  readonly from?: number;
  /** Its partition, too; values are those of one version, whatever the load. */
  readonly load?: number;
}

/** Made in ClickHouse: far more rows than a test could send. Their keys are spread over all there are. */
export async function insertMany(
  clickhouse: ClickHouse,
  { dataset, rows, from = 0, load = 1 }: ManyRecords,
): Promise<void> {
  await clickhouse.client.command({
    query: `INSERT INTO ${clickhouse.tables.writes('record_versions')} (dedupe_key, load, dataset, key_rule, first_seen_at, updated_at, v_ingest,
        v_email, v_full_name, v_first_name, v_last_name, v_company, v_city, v_country, v_attributes)
      SELECT sipHash128(number), {load:UInt32}, {dataset:String}, 'email.v1', '2026-01-31 12:00:00', '2026-01-31 12:00:00',
        toFixedString(unhex('000000010198c0de000070008000000000000001'), 20),
        ${packed("concat('user', toString(number), '@example.com')")},
        ${packed("concat('First', toString(number % 1000), ' Last', toString(number))")},
        ${packed("concat('First', toString(number % 1000))")}, ${packed("concat('Last', toString(number))")},
        ${packed("concat('Company ', toString(number % 5000))")}, ${packed("'San Francisco'")},
        ${packed("if(number % 3 = 0, 'US', 'DE')")}, map('source', ${packed("concat('file', toString(number % 10))")})
      FROM numbers({from:UInt64}, {rows:UInt64})`,
    query_params: { dataset, rows, from, load },
  });
}
