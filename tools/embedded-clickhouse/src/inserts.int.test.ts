import fs from 'node:fs';
import { ask, createDirectory, post, startServer, type SpawnedServer } from './testing/spawned-server';

let server: SpawnedServer;
let url: string;

beforeAll(async () => {
  server = await startServer(createDirectory());
  url = server.url;
});

afterAll(async () => {
  await server.stop();
  fs.rmSync(server.directory, { recursive: true, force: true });
});

describe('the summary tells', () => {
  test('rows and bytes written by an insert', async () => {
    await ask(url, 'CREATE TABLE written (a UInt64) ENGINE = MergeTree ORDER BY a');
    const response = await post(url, 'INSERT INTO written VALUES (1), (2)');
    expect(JSON.parse(response.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({
      written_rows: '2',
      written_bytes: '16',
    });
  });
});

test('an INSERT … SELECT counts what it writes, views included', async () => {
  await ask(url, 'CREATE TABLE source (a UInt64) ENGINE = MergeTree ORDER BY a');
  await ask(url, 'CREATE MATERIALIZED VIEW copy ENGINE = MergeTree ORDER BY a AS SELECT a FROM source');
  const response = await post(url, 'INSERT INTO source SELECT number FROM numbers(1000)');
  expect(JSON.parse(response.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({
    written_rows: '2000',
    written_bytes: '16000',
  });
});

describe('inserts', () => {
  const FORMATS = [
    'JSONEachRow',
    'CSV',
    'CSVWithNames',
    'TabSeparated',
    'Values',
    'JSON',
    'JSONCompactEachRowWithNamesAndTypes',
    'RowBinary',
    'RowBinaryWithNamesAndTypes',
    'Native',
    'Parquet',
    'Arrow',
    'ArrowStream',
    'ORC',
    'Avro',
    'MsgPack',
    'BSONEachRow',
  ];

  test.each(FORMATS)('%s goes in as it comes out', async (format) => {
    await ask(url, `CREATE TABLE in_${format} (a UInt32, b String) ENGINE = MergeTree ORDER BY a`);
    const source = await post(
      url,
      `SELECT number::UInt32 AS a, repeat('é', a % 7) AS b FROM numbers(10000) FORMAT ${format}`,
    );
    const bytes = await source.arrayBuffer();
    const inserted = await fetch(`${url}/?query=INSERT+INTO+in_${format}+FORMAT+${format}`, {
      method: 'POST',
      body: bytes,
    });
    expect(await inserted.text()).toBe('');
    const sums = 'SELECT count(), sum(a), sum(cityHash64(b)) FROM';
    expect(await ask(url, `${sums} in_${format}`)).toBe(
      await ask(url, `${sums} (SELECT number::UInt32 AS a, repeat('é', a % 7) AS b FROM numbers(10000))`),
    );
  });

  test('columns left out get their defaults', async () => {
    await ask(
      url,
      "CREATE TABLE defaults (a UInt8, b String DEFAULT concat('d', toString(a))) ENGINE = MergeTree ORDER BY a",
    );
    await ask(url, 'INSERT INTO defaults (a) SETTINGS max_threads = 1 FORMAT JSONEachRow {"a":1}');
    await ask(url, 'INSERT INTO defaults (a) VALUES (2), (1 + 2)');
    expect(await ask(url, 'SELECT groupArray(b) FROM (SELECT b FROM defaults ORDER BY a)')).toBe(
      "['d1','d2','d3']",
    );
  });

  test('rows can pass through input()', async () => {
    await ask(url, 'CREATE TABLE through (a UInt64) ENGINE = MergeTree ORDER BY a');
    await ask(url, "INSERT INTO through SELECT x * 2 FROM input('x UInt64') FORMAT CSV 1\n2\n");
    expect(await ask(url, 'SELECT sum(a) FROM through')).toBe('6');
  });

  test('the same insert_deduplication_token writes once', async () => {
    await ask(
      url,
      'CREATE TABLE deduplicated (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
    );
    for (const [token, value] of [
      ['one', 1],
      ['one', 2],
      ['two', 2],
    ] as const)
      await ask(url, `INSERT INTO deduplicated VALUES (${value})`, { insert_deduplication_token: token });
    expect(await ask(url, 'SELECT groupArray(a) FROM (SELECT a FROM deduplicated ORDER BY a)')).toBe('[1,2]');
  });

  test('an empty insert is no error', async () => {
    await ask(url, 'CREATE TABLE nothing (a UInt8) ENGINE = MergeTree ORDER BY a');
    expect(await ask(url, '', { query: 'INSERT INTO nothing FORMAT JSONEachRow' })).toBe('');
  });
});
