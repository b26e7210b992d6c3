import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import {
  ask,
  createDirectory,
  eventually,
  post,
  startServer,
  type SpawnedServer,
} from './testing/spawned-server';

/** Above what the server holds when idle; a result or insert that was buffered would be ten times as much. */
const GROWTH_MAX_MIB = 250;

/** A minute, in blocks that can be cancelled between. */
const SLOW = 'SELECT sleepEachRow(0.1) FROM numbers(600) SETTINGS max_block_size = 1';

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

function send(
  body: string,
  parameters = '',
): Promise<{ request: http.ClientRequest; response: http.IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/?${parameters}`, { method: 'POST' }, (response) =>
      resolve({ request, response }),
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Samples memory while something goes on. */
function watchMemory(): { stop: () => number } {
  const before = server.memoryMib();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, server.memoryMib())), 100);
  return {
    stop: () => {
      clearInterval(timer);
      return peak - before;
    },
  };
}

/** Whether a file descriptor of the server is one of its named pipes; all are closed between statements. */
function isPipe(fd: string): boolean {
  try {
    return fs.readlinkSync(`/proc/${server.pid}/fd/${fd}`).includes('/pipes/');
  } catch {
    return false;
  }
}

async function running(): Promise<string[]> {
  const text = await ask(url, 'SELECT query_id FROM system.processes FORMAT TabSeparated');
  return text.split('\n');
}

test('a result of 2.4 GB read slowly at first passes through in bounded memory', async () => {
  const memory = watchMemory();
  const { response } = await send('SELECT number FROM numbers(300000000) FORMAT RowBinary');
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    // The first 20 MB come at no more than 64 KiB in 5 ms, which makes the engine wait.
    if (bytes > 20_000_000) return;
    response.pause();
    setTimeout(() => response.resume(), 5);
  });
  await once(response, 'end');
  expect(bytes).toBe(2_400_000_000);
  expect(memory.stop()).toBeLessThan(GROWTH_MAX_MIB);
}, 300_000);

test('a reader that stops halts the engine, not only the front', async () => {
  const memory = watchMemory();
  const { request, response } = await send(
    'SELECT number FROM system.numbers FORMAT JSONEachRow',
    'query_id=halted',
  );
  await once(response, 'readable');
  const rows = async () =>
    Number(await ask(url, "SELECT read_rows FROM system.processes WHERE query_id = 'halted'"));
  await eventually(async () => {
    const earlier = await rows();
    await wait(200);
    expect(await rows()).toBe(earlier);
  });
  expect(memory.stop()).toBeLessThan(GROWTH_MAX_MIB);
  request.destroy();
  await eventually(async () => expect(await running()).not.toContain('halted'));
});

test('an insert of half a GB is taken in at the pace of the engine in bounded memory', async () => {
  await ask(url, 'CREATE TABLE big (a UInt64, b String) ENGINE = Null');
  const block = Buffer.from(
    Array.from({ length: 20_000 }, (_, a) => `{"a":${a},"b":"some text of a row"}\n`).join(''),
  );
  const blocks = Math.ceil(2 ** 29 / block.length);
  const memory = watchMemory();
  const body = Readable.from(
    (function* () {
      for (let sent = 0; sent < blocks; sent += 1) yield block;
    })(),
  );
  const request = http.request(`${url}/?query=INSERT+INTO+big+FORMAT+JSONEachRow`, { method: 'POST' });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  body.pipe(request);
  const [response] = await answered;
  response.resume();
  expect(JSON.parse(String(response.headers['x-clickhouse-summary']))).toMatchObject({
    written_rows: String(blocks * 20_000),
  });
  expect(memory.stop()).toBeLessThan(GROWTH_MAX_MIB);
}, 300_000);

describe('a client that goes away', () => {
  test.each([
    ['while the result streams', 'SELECT number FROM system.numbers'],
    ['before the first row', 'SELECT sum(number) FROM system.numbers'],
    [
      'in a statement without a stream',
      'EXPLAIN ESTIMATE SELECT count() FROM numbers(1) WHERE sleepEachRow(3) = 0',
    ],
  ])('%s has its statement cancelled', async (_when, sql) => {
    const id = `gone ${sql.length}`;
    const request = http.request(`${url}/?query_id=${encodeURIComponent(id)}`, { method: 'POST' });
    request.on('error', () => undefined);
    request.on('response', (response) => response.on('error', () => undefined).resume());
    request.end(sql);
    if (!sql.startsWith('EXPLAIN')) await eventually(async () => expect(await running()).toContain(id));
    request.destroy();
    await eventually(async () => expect(await running()).not.toContain(id));
  });

  test('at any moment of a statement leaves no slot taken and nothing running', async () => {
    const STATEMENTS = [
      'SELECT number FROM system.numbers',
      'SELECT sum(number) FROM system.numbers',
      'SELECT 1',
      // Its first row comes, and the engine opens the pipe, about when the client goes.
      'SELECT sleepEachRow(0.02) FROM numbers(3000) SETTINGS max_block_size = 1',
    ];
    const leaving = Array.from({ length: 200 }, async (_, index) => {
      const sql = STATEMENTS[index % STATEMENTS.length];
      const request = http.request(`${url}/?query_id=leaving+${index}`, { method: 'POST' });
      request.on('error', () => undefined);
      request.on('response', (response) => response.on('error', () => undefined).resume());
      request.end(sql);
      await wait(index % 50);
      request.destroy();
    });
    await Promise.all(leaving);
    await eventually(async () => {
      expect((await running()).filter((id) => id.startsWith('leaving'))).toEqual([]);
      const all = Array.from({ length: 8 }, () => ask(url, 'SELECT sleep(0.1)', { max_execution_time: '5' }));
      expect(await Promise.all(all)).toHaveLength(8);
    }, 30_000);
    await eventually(() => expect(fs.readdirSync(`/proc/${server.pid}/fd`).filter(isPipe)).toEqual([]));
  });

  test('in the middle of an insert inserts nothing of the unfinished block', async () => {
    await ask(url, 'CREATE TABLE partial (a UInt64) ENGINE = MergeTree ORDER BY a');
    const request = http.request(`${url}/?query_id=partial&query=INSERT+INTO+partial+FORMAT+JSONEachRow`, {
      method: 'POST',
      headers: { 'Content-Length': 1000 },
    });
    request.on('error', () => undefined);
    request.write('{"a":1}\n{"a":2}\n');
    await eventually(async () => expect(await running()).toContain('partial'));
    request.destroy();
    await eventually(async () => expect(await running()).not.toContain('partial'));
    expect(await ask(url, 'SELECT count() FROM partial')).toBe('0');
  });

  test('does not stop a statement that writes', async () => {
    await ask(url, 'CREATE TABLE finished (a UInt64) ENGINE = MergeTree ORDER BY a');
    const request = http.request(`${url}/?query_id=finished`, { method: 'POST' });
    request.on('error', () => undefined);
    request.end('INSERT INTO finished SELECT number + sleepEachRow(0.1) FROM numbers(10)');
    await eventually(async () => expect(await running()).toContain('finished'));
    request.destroy();
    await eventually(async () => expect(await ask(url, 'SELECT count() FROM finished')).toBe('10'));
  });
});

describe('KILL QUERY', () => {
  test('finds a statement by the id its client gave, and system.processes shows it as it was sent', async () => {
    const victim = post(url, SLOW, { query_id: 'victim *1*' });
    await eventually(async () => {
      const seen = await ask(url, "SELECT query FROM system.processes WHERE query_id = 'victim *1*'");
      expect(seen).toBe(SLOW);
    });
    await ask(url, "KILL QUERY WHERE query_id = 'victim *1*' ASYNC");
    expect((await victim).headers.get('x-clickhouse-exception-code')).toBe('394');
  });

  test('gets through when every slot is taken and requests wait', async () => {
    const busy = Array.from({ length: 20 }, (_, index) => post(url, SLOW, { query_id: `busy ${index}` }));
    await eventually(async () => {
      await ask(url, "KILL QUERY WHERE startsWith(query_id, 'busy') ASYNC");
      const settled = await Promise.race([Promise.all(busy), wait(50)]);
      expect(settled).toHaveLength(20);
    }, 20_000);
  });

  test('an id in use is refused', async () => {
    const first = post(url, 'SELECT sleepEachRow(0.2) FROM numbers(5)', { query_id: 'twice' });
    await eventually(async () => {
      const response = await post(url, 'SELECT 1', { query_id: 'twice' });
      expect(response.headers.get('x-clickhouse-exception-code')).toBe('216');
    });
    expect((await first).status).toBe(200);
  });
});
