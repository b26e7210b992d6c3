import { connect } from 'node:net';
import { createClickHouseDatabase, redisPrefix, testServers } from '.';

async function query(url: string, database: string, statement: string): Promise<string> {
  const { username, password, origin } = new URL(url);
  const response = await fetch(`${origin}/?database=${database}`, {
    method: 'POST',
    body: statement,
    headers: { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': decodeURIComponent(password) },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text.trim();
}

test('every server of the run accepts connections on 127.0.0.1', async () => {
  for (const url of Object.values(testServers())) {
    const { hostname, port } = new URL(url);
    expect(hostname).toBe('127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', reject);
    });
  }
});

test('a ClickHouse database of a test takes tables and rows and is gone after drop', async () => {
  const { url, database, drop } = await createClickHouseDatabase();
  await query(url, database, 'CREATE TABLE t (x UInt8) ENGINE = MergeTree ORDER BY x');
  await query(url, database, 'INSERT INTO t VALUES (1), (2)');
  expect(await query(url, database, 'SELECT sum(x) FROM t')).toBe('3');
  await drop();
  await expect(query(url, 'default', `SELECT * FROM ${database}.t`)).rejects.toThrow(/UNKNOWN_DATABASE/);
});

test('two test files never share keys in Redis', () => {
  expect(redisPrefix()).not.toBe(redisPrefix());
});
