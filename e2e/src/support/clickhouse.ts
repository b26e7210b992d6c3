/** A look into ClickHouse itself, for what no public door shows: that nothing is there twice. */
import { readStackFile } from './stack-file';

/** @param home BIGDATA_HOME of the stack */
export async function selectRows<T>(home: string, query: string): Promise<T[]> {
  const text = await runStatement(
    home,
    `${query} FORMAT JSONEachRow SETTINGS output_format_json_quote_64bit_integers = 0`,
  );
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** @returns what ClickHouse answers, as it is */
export async function runStatement(home: string, statement: string): Promise<string> {
  const { CLICKHOUSE_URL, CLICKHOUSE_DATABASE } = readStackFile(home);
  const { origin, username, password } = new URL(CLICKHOUSE_URL);
  const response = await fetch(`${origin}/?database=${CLICKHOUSE_DATABASE}`, {
    method: 'POST',
    body: statement,
    headers: {
      'X-ClickHouse-User': decodeURIComponent(username),
      'X-ClickHouse-Key': decodeURIComponent(password),
    },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`ClickHouse answers ${response.status}: ${text}`);
  return text;
}

/** The name of a table as it is stored. */
export function storedTable(home: string, table: string): string {
  return readStackFile(home).CLICKHOUSE_CLUSTER === undefined ? table : `${table}_local`;
}
