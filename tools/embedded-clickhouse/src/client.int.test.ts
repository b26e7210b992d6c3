import fs from 'node:fs';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { createDirectory, eventually, startServer, type SpawnedServer } from './testing/spawned-server';

let server: SpawnedServer;
let client: ClickHouseClient;

beforeAll(async () => {
  server = await startServer(createDirectory(), { env: { CLICKHOUSE_PASSWORD: 'secret' } });
  client = createClient({
    url: server.url,
    password: 'secret',
    max_open_connections: 50,
    log: { level: ClickHouseLogLevel.OFF },
  });
  await client.command({
    query: 'CREATE TABLE people (id UInt64, name String, tags Array(String)) ENGINE = MergeTree ORDER BY id',
  });
  await client.insert({
    table: 'people',
    format: 'JSONEachRow',
    values: Array.from({ length: 1000 }, (_, id) => ({ id, name: `Jürgen ${id}`, tags: ['a', "b'c"] })),
  });
});

afterAll(async () => {
  await client.close();
  await server.stop();
  fs.rmSync(server.directory, { recursive: true, force: true });
});

test('ping, with and without a statement', async () => {
  expect(await client.ping()).toEqual({ success: true });
  expect(await client.ping({ select: true })).toEqual({ success: true });
});

test('what was inserted is selected, with bound parameters', async () => {
  const result = await client.query({
    query: 'SELECT * FROM people WHERE id = {id:UInt64} AND has(tags, {tag:String})',
    query_params: { id: 42, tag: "b'c" },
    format: 'JSONEachRow',
  });
  expect(await result.json()).toEqual([{ id: 42, name: 'Jürgen 42', tags: ['a', "b'c"] }]);
});

test('200 statements at a time get each its own answer', async () => {
  const asked = Array.from({ length: 200 }, (_, id) => id);
  const names = await Promise.all(
    asked.map(async (id) => {
      const result = await client.query({
        query: 'SELECT name FROM people WHERE id = {id:UInt64}',
        query_params: { id },
        format: 'JSONEachRow',
      });
      const [row] = await result.json<{ name: string }>();
      return row?.name;
    }),
  );
  expect(names).toEqual(asked.map((id) => `Jürgen ${id}`));
});

test('rows stream, compressed too', async () => {
  const packed = createClient({
    url: server.url,
    password: 'secret',
    compression: { request: true, response: true },
  });
  const result = await packed.query({
    query: 'SELECT number FROM numbers(500000)',
    format: 'JSONCompactEachRow',
  });
  let count = 0;
  for await (const rows of result.stream()) count += rows.length;
  expect(count).toBe(500_000);
  await packed.close();
});

test('a stream that fails midway throws the error of ClickHouse', async () => {
  const result = await client.query({
    query: 'SELECT throwIf(number = 3000000), number FROM numbers(4000000)',
    format: 'JSONEachRow',
  });
  const read = async () => {
    for await (const rows of result.stream()) expect(rows.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toMatchObject({ code: '395' });
});

test('an error has its code and type', async () => {
  await expect(client.query({ query: 'SELECT * FROM missing' })).rejects.toMatchObject({
    code: '60',
    type: 'UNKNOWN_TABLE',
  });
});

test('an aborted statement ends in the server', async () => {
  const abort = new AbortController();
  const slow = client.query({
    query: 'SELECT sleepEachRow(0.1) FROM numbers(600) SETTINGS max_block_size = 1',
    query_id: 'aborted',
    abort_signal: abort.signal,
  });
  const isRunning = async () => {
    const result = await client.query({
      query: "SELECT count() AS n FROM system.processes WHERE query_id = 'aborted'",
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ n: number }>();
    return row?.n === 1;
  };
  await eventually(async () => expect(await isRunning()).toBe(true));
  abort.abort();
  await expect(slow).rejects.toThrow();
  await eventually(async () => expect(await isRunning()).toBe(false));
});
