import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Secret } from '@bigdata/platform';
import { createClickHouseDatabase, type ClickHouseTestDatabase, eventually } from '@bigdata/testing';
import { type ClickHouse, openClickHouse } from './open-clickhouse';

const open = (url: string, database = 'default'): ClickHouse =>
  openClickHouse({
    url: new Secret(url),
    database,
    application: 'test',
    requestTimeoutMs: 30_000,
    connectionsMax: 1,
  });

describe('a request on a connection that an aborted one was given before', () => {
  let database: ClickHouseTestDatabase;
  let clickhouse: ClickHouse;

  beforeAll(async () => {
    database = await createClickHouseDatabase();
    clickhouse = open(database.url, database.database);
  });
  afterAll(async () => {
    await clickhouse.close();
    await database.drop();
  });

  test('is not cut off', async () => {
    await clickhouse.ping();
    const leaving = new AbortController();
    const left = clickhouse.client.query({ query: 'SELECT 1', abort_signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toThrow();

    // It must still run when an idle connection's time is over.
    await delay(1_000);
    const answer = await clickhouse.client.query({
      query: 'SELECT sleep(2) AS slept',
      format: 'JSONEachRow',
    });
    expect(await answer.json()).toEqual([{ slept: 0 }]);
  });
});

describe('an idle connection', () => {
  let server: Server;
  let clickhouse: ClickHouse;

  beforeAll(async () => {
    server = createServer((_request, response) => response.end('Ok.\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    clickhouse = open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    await clickhouse.close();
    server.close();
  });

  const connections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });

  test('is kept for the next request and closed before the server does so', async () => {
    // Node's own server would close it after 5 s.
    server.keepAliveTimeout = 60_000;
    await clickhouse.client.ping();
    await clickhouse.client.ping();
    expect(await connections()).toBe(1);
    await eventually(async () => expect(await connections()).toBe(0));
  });
});
