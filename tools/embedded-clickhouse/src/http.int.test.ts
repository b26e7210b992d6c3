import fs from 'node:fs';
import http from 'node:http';
import zlib from 'node:zlib';
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

async function get(parameters: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
  return fetch(`${url}/?${new URLSearchParams(parameters).toString()}`, { headers });
}

describe('plain answers', () => {
  test.each(['/ping', '/replicas_status', '/'])('GET %s is Ok.', async (path) => {
    const response = await fetch(url + path);
    expect([response.status, await response.text()]).toEqual([200, 'Ok.\n']);
  });

  test('an unknown path is 404', async () => {
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });
});

describe('where the statement comes from', () => {
  test('the URL of a GET', async () => {
    expect(await (await get({ query: 'SELECT 1 + 1' })).text()).toBe('2\n');
  });

  test('the body of a POST', async () => {
    expect(await ask(url, 'SELECT 1 + 1')).toBe('2');
  });

  test('URL and body are one text, joined by a line feed', async () => {
    expect(await ask(url, '+ 41', { query: 'SELECT 1 -- one' })).toBe('42');
  });

  test('multipart fields, with parameters among them', async () => {
    const form = new FormData();
    form.set('query', 'SELECT {a:UInt8} + {b:UInt8}');
    form.set('param_a', '40');
    const response = await fetch(`${url}/?param_b=2`, { method: 'POST', body: form });
    expect(await response.text()).toBe('42\n');
  });

  test('a multipart file is an external table', async () => {
    const form = new FormData();
    form.set('ids', new Blob(['1,a\n2,b\n']), 'ids.csv');
    const parameters = {
      query: 'SELECT sum(id), max(name) FROM ids',
      ids_format: 'CSV',
      ids_structure: 'id UInt8, name String',
    };
    const response = await fetch(`${url}/?${new URLSearchParams(parameters).toString()}`, {
      method: 'POST',
      body: form,
    });
    expect(await response.text()).toBe('3\tb\n');
    expect((await post(url, 'SELECT * FROM ids')).status).toBe(404);
  });
});

describe('an answer says of itself', () => {
  test('query id, format, content type, time zone and what was read', async () => {
    const response = await post(url, 'SELECT number FROM numbers(3) FORMAT JSON', { query_id: 'my id' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json; charset=UTF-8',
      'x-clickhouse-query-id': 'my id',
      'x-clickhouse-format': 'JSON',
      'x-clickhouse-timezone': expect.stringMatching(/./) as string,
    });
    expect(JSON.parse(response.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({
      read_rows: '3',
      result_rows: '3',
    });
  });

  test('TabSeparated unless something else is asked for', async () => {
    const formats = await Promise.all([
      post(url, 'SELECT 1'),
      post(url, 'SELECT 1', { default_format: 'csv' }),
      post(url, 'SELECT 1', {}, { headers: { 'X-ClickHouse-Format': 'CSVWithNames' } }),
      post(url, 'SELECT 1 FORMAT Vertical', { default_format: 'CSV' }),
    ]);
    expect(formats.map((response) => response.headers.get('x-clickhouse-format'))).toEqual([
      'TabSeparated',
      'CSV',
      'CSVWithNames',
      'Vertical',
    ]);
  });
});

describe('settings, parameters and database of a request', () => {
  test('hold for it and for no other', async () => {
    const sql = "SELECT getSetting('max_block_size'), currentDatabase()";
    await ask(url, 'CREATE DATABASE IF NOT EXISTS other');
    const before = await ask(url, sql);
    expect(await ask(url, sql, { max_block_size: '777', database: 'other' })).toBe('777\tother');
    const after = await Promise.all(Array.from({ length: 20 }, () => ask(url, sql)));
    expect(new Set(after)).toEqual(new Set([before]));
  });

  test('parameters are bound, never pasted', async () => {
    const hostile = "'; DROP TABLE x; --";
    expect(await ask(url, 'SELECT {v:String}', { param_v: hostile })).toBe(hostile.replaceAll("'", "\\'"));
  });

  test('parameters of parallel requests do not mix', async () => {
    const asked = Array.from({ length: 100 }, (_, index) => String(index));
    const got = await Promise.all(asked.map((v) => ask(url, 'SELECT {v:String}', { param_v: v })));
    expect(got).toEqual(asked);
  });

  test('a parameter of an earlier request is not seen by a later one', async () => {
    await ask(url, 'SELECT {once:UInt8}', { param_once: '1' });
    const responses = await Promise.all(Array.from({ length: 10 }, () => post(url, 'SELECT {once:UInt8}')));
    expect(new Set(responses.map((r) => r.headers.get('x-clickhouse-exception-code')))).toEqual(
      new Set(['456']),
    );
  });

  test('max_query_size bounds the statement, never its parameters', async () => {
    const form = new FormData();
    form.set('query', 'SELECT length({ids:Array(UInt32)})');
    form.set('param_ids', `[${Array.from({ length: 200_000 }, (_, id) => id).join(',')}]`);
    expect(await (await fetch(url, { method: 'POST', body: form })).text()).toBe('200000\n');
    const long = `SELECT length('${'x'.repeat(300_000)}')`;
    expect((await post(url, long)).headers.get('x-clickhouse-exception-code')).toBe('62');
    expect(await ask(url, long, { max_query_size: '400000' })).toBe('300000');
  });

  test('readonly=1 refuses writes and does not outlive its request', async () => {
    expect((await post(url, 'CREATE TABLE r (a Int8) ENGINE = Memory', { readonly: '1' })).status).toBe(500);
    expect(await ask(url, 'SELECT 1', { readonly: '1', max_threads: '1' })).toBe('1');
    for (let round = 0; round < 10; round += 1)
      await ask(url, `CREATE TABLE writable_${round} (a Int8) ENGINE = Memory`, { max_threads: '2' });
  });
});

describe('errors have the code, name, text and status of ClickHouse', () => {
  test.each([
    ['SELECT * FROM missing', {}, 404, 60, 'UNKNOWN_TABLE'],
    ['SELEC 1', {}, 400, 62, 'SYNTAX_ERROR'],
    ['SELECT missing', {}, 404, 47, 'UNKNOWN_IDENTIFIER'],
    ["SELECT toUInt8('x')", {}, 400, 6, 'CANNOT_PARSE_TEXT'],
    ['SELECT 1', { database: 'missing' }, 404, 81, 'UNKNOWN_DATABASE'],
    ['SELECT 1', { missing: '1' }, 404, 115, 'UNKNOWN_SETTING'],
    ['SELECT 1', { default_format: 'Missing' }, 404, 73, 'UNKNOWN_FORMAT'],
    ['SELECT throwIf(1)', {}, 500, 395, 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
    ['SELECT 1; SELECT 2', {}, 400, 62, 'SYNTAX_ERROR'],
    ["SELECT 1 INTO OUTFILE 'x'", {}, 500, 358, 'INTO_OUTFILE_NOT_ALLOWED'],
    ['SELECT sleepEachRow(0.1) FROM numbers(30)', { max_execution_time: '1' }, 408, 159, 'TIMEOUT_EXCEEDED'],
    ['SELECT 1', { user: 'somebody' }, 403, 516, 'AUTHENTICATION_FAILED'],
    ['', {}, 400, 62, 'SYNTAX_ERROR'],
  ])('%s with %j', async (sql, parameters, status, code, name) => {
    const response = await post(url, sql, parameters);
    const text = await response.text();
    expect({ status: response.status, code: response.headers.get('x-clickhouse-exception-code') }).toEqual({
      status,
      code: String(code),
    });
    expect(text).toMatch(
      new RegExp(`^Code: ${code}\\. DB::Exception: [^]*\\(${name}\\) \\(version [\\d.]+\\)\\n$`),
    );
    expect(text).not.toMatch(/OUTFILE '|INFILE|query_id:|pipes/);
  });

  test('positions in a syntax error count from the start of the statement', async () => {
    expect(await (await post(url, 'SELECT 1 FROMM x y z')).text()).toMatch(/failed at position 16 \(x\)/);
  });

  test('a row that cannot be read is named, and nothing of the front shows', async () => {
    await ask(url, 'CREATE TABLE strict (a UInt8) ENGINE = MergeTree ORDER BY a');
    const response = await post(url, 'INSERT INTO strict FORMAT JSONEachRow {"a":1}\n{"a":"x"}');
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toMatch(/^Code: \d+\. DB::Exception: (?!Code)[^]*\(at row 2\)/);
    expect(text).not.toContain('pipes');
    expect(await ask(url, 'SELECT count() FROM strict')).toBe('0');
  });

  test('after errors everything goes on', async () => {
    await Promise.all(Array.from({ length: 50 }, () => post(url, 'SELECT * FROM missing')));
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(url, `SELECT ${n}`)));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
  });
});

describe('a failure after the headers have left', () => {
  const sql = 'SELECT throwIf(number = 3000000), number FROM numbers(4000000)';

  /** fetch hides what came before a cut connection; node:http does not. */
  function readRaw(path: string, headers: Record<string, string>, body: string) {
    return new Promise<{ head: http.IncomingMessage; body: Buffer; isComplete: boolean }>(
      (resolve, reject) => {
        const request = http.request(url + path, { method: 'POST', headers }, (head) => {
          const chunks: Buffer[] = [];
          head.on('data', (chunk: Buffer) => chunks.push(chunk));
          head.on('error', () => undefined);
          head.on('close', () => resolve({ head, body: Buffer.concat(chunks), isComplete: head.complete }));
        });
        request.on('error', reject);
        request.end(body);
      },
    );
  }

  test('is a tagged block at the end of a body that is cut short', async () => {
    const { head, body, isComplete } = await readRaw('/', {}, sql);
    const tag = String(head.headers['x-clickhouse-exception-tag']);
    expect([head.statusCode, isComplete]).toEqual([200, false]);
    const [, message = '', length] =
      new RegExp(
        `\\r\\n__exception__\\r\\n${tag}\\r\\n([^]*\\n)(\\d+) ${tag}\\r\\n__exception__\\r\\n$`,
      ).exec(body.toString('latin1')) ?? [];
    expect(message).toMatch(/^Code: 395\. DB::Exception: /);
    expect(Number(length)).toBe(Buffer.byteLength(message));
  });

  test('is inside the compressed stream of a compressed body', async () => {
    const { body } = await readRaw('/?enable_http_compression=1', { 'Accept-Encoding': 'gzip' }, sql);
    expect(zlib.gunzipSync(body).subarray(-1000).toString()).toMatch(/Code: 395[^]*__exception__\r\n$/);
  });

  test('is an error answer when the whole answer is waited for', async () => {
    const response = await post(url, sql, { wait_end_of_query: '1' });
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([500, '395']);
  });
});

test('an answer that is waited for and does not fit in memory comes whole', async () => {
  const response = await post(url, 'SELECT number FROM numbers(1000000) FORMAT RowBinary', {
    wait_end_of_query: '1',
  });
  expect((await response.arrayBuffer()).byteLength).toBe(8_000_000);
  expect(JSON.parse(response.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({
    result_rows: '1000000',
  });
});

describe('GET', () => {
  test.each([
    'CREATE TABLE got (a Int8) ENGINE = Memory',
    'INSERT INTO system.one VALUES (1)',
    'SYSTEM FLUSH LOGS',
  ])('refuses %s', async (query) => {
    const response = await get({ query });
    expect(response.headers.get('x-clickhouse-exception-code')).toBe('164');
    expect(await response.text()).toContain('You should use method POST');
  });

  test.each([
    'SELECT 1',
    'WITH 1 AS a SELECT a',
    'SHOW DATABASES',
    'DESCRIBE system.one',
    'EXPLAIN SELECT 1',
  ])('answers %s', async (query) => {
    expect((await get({ query })).status).toBe(200);
  });
});
