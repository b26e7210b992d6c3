import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { queryAnswerSchema } from '@bigdata/models';
import { problemSchema } from '@bigdata/platform';
import { createClickHouseDatabase, eventually, freePort } from '@bigdata/testing';
import { insertMany } from '../testing/insert-many';
import { insertRows } from '../testing/stored-row';
import { startTestService, type TestService } from '../testing/test-service';

/** Without it memory that nobody holds any more would be counted. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

const NDJSON = 'application/x-ndjson';
const CSV = 'text/csv';
const PARQUET = 'application/vnd.apache.parquet';
const MANY = 200_000;

let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const { url, database, cluster, drop: dropDatabase } = await createClickHouseDatabase();
  drop = dropDatabase;
  // Fifty results at once take as long as the machine takes.
  const limits = { queryTimeoutMs: 90_000 };
  service = await startTestService({ clickhouseUrl: url, database, cluster, port: await freePort(), limits });
  await insertRows(service.clickhouse, [
    {
      key: 'jane-00000000001',
      dataset: 'few',
      email: 'jane.doe@example.com',
      phone: '+14155550132',
      full_name: 'Jane "J" Doe',
      company: '=HYPERLINK("http://example.com")',
      job_title: 'two\r\nlines, and a comma',
      country: 'US',
      attributes: { tier: 'gold', 'odd "name\'\\': 'x\ny' },
    },
    { key: 'john-00000000001', dataset: 'few', load: 2, email: 'john@example.com', company: '＝1+1' },
    { key: 'jack-00000000001', dataset: 'few', load: 2, full_name: 'Größe /\\ Söhne', company: '-' },
  ]);
  await insertMany(service.clickhouse, { dataset: 'many', rows: MANY });
});

afterAll(async () => {
  await service.stop();
  await drop();
});

const of = (dataset: string) => ({ where: { field: 'dataset', op: 'eq', value: dataset } });
const FEW = of('few');

async function bytesOf(response: Response): Promise<Buffer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${bytes.toString()}`);
  return bytes;
}

/** Read to its end and not kept. */
async function drained(
  body: unknown,
  accept: string,
): Promise<{ bytes: number; trailers: NodeJS.Dict<string> }> {
  const answer = await opened(body, accept);
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) bytes += piece.length;
  return { bytes, trailers: answer.trailers };
}

async function raw(body: unknown, accept: string): Promise<IncomingMessage & { bytes: Buffer }> {
  const response = await opened(body, accept);
  return Object.assign(response, { bytes: Buffer.concat(await response.toArray()) });
}

/** As it is on the wire, with its trailers: fetch shows none. */
async function opened(body: unknown, accept: string): Promise<IncomingMessage> {
  const request = httpRequest(service.queryUrl, {
    method: 'POST',
    headers: { ...service.queryHeaders(), accept },
    agent: false,
  });
  request.end(JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function pageOf(body: object): Promise<Record<string, unknown>[]> {
  return queryAnswerSchema.parse((await service.query(body)).body).data;
}

function linesOf(bytes: Buffer): unknown[] {
  return bytes
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

/** Cells of RFC 4180. */
function cellsOf(bytes: Buffer): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, bare = '', end] of bytes
    .toString()
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      rows.push(cells);
      cells = [];
    }
  }
  return rows;
}

/** In an order that no other test asks for, so that its statements are known among all that run. */
const MARKED = {
  select: [
    'updated_at',
    'record_id',
    'email',
    'full_name',
    'first_name',
    'last_name',
    'company',
    'city',
    'attributes',
  ],
};
const IS_MARKED = "query LIKE '%updated_at, lower(hex(dedupe_key))%' AND query NOT LIKE '%processes%'";

const runningQueries = async (): Promise<number> => {
  const answer = await service.clickhouse.client.query({
    query: `SELECT count() AS n FROM system.processes WHERE ${IS_MARKED}`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ n: string | number }>();
  return Number(row?.n ?? -1);
};

describe('NDJSON', () => {
  test('holds the records of the pages, in their order', async () => {
    const response = await service.open(FEW, { accept: NDJSON });
    expect(response.headers.get('content-type')).toBe(NDJSON);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(linesOf(await bytesOf(response))).toEqual(await pageOf(FEW));
  });

  test('holds the selected fields alone, without a filter too', async () => {
    const body = { select: ['email', 'record_id'] };
    const lines = linesOf(await bytesOf(await service.open(body, { accept: NDJSON })));
    expect(lines).toHaveLength(MANY + 3);
    expect(Object.keys(lines[0] as object)).toEqual(['email', 'record_id']);
  });

  test('tells how many records there were when the last has left', async () => {
    const { trailers, bytes } = await raw(FEW, NDJSON);
    expect(trailers['x-bigdata-rows']).toBe('3');
    expect(linesOf(bytes)).toHaveLength(3);
  });

  test('of nothing is empty', async () => {
    const { trailers, bytes, statusCode } = await raw(of('none'), NDJSON);
    expect([statusCode, trailers['x-bigdata-rows'], bytes.length]).toEqual([200, '0', 0]);
  });
});

describe('CSV', () => {
  test('holds the fields of the pages behind a header, empty where null, attributes as JSON', async () => {
    const { headers, trailers, bytes } = await raw(FEW, CSV);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    const [names = [], ...rows] = cellsOf(bytes);
    const records = rows.map((cells) => Object.fromEntries(names.map((name, at) => [name, cells[at]])));
    const pages = await pageOf(FEW);
    expect(names).toEqual(Object.keys(pages[0] ?? {}));
    expect(
      records.map(({ attributes, ...rest }) => ({
        ...rest,
        attributes: JSON.parse(attributes ?? '') as unknown,
      })),
    ).toEqual(
      pages.map((record) =>
        Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value ?? ''])),
      ),
    );
    expect(trailers['x-bigdata-rows']).toBe('3');
  });

  test('makes no formulas of cells when asked to escape them, and changes no other cell', async () => {
    const body = {
      ...FEW,
      select: ['company', 'phone', 'email', 'first_seen_at', 'attributes'],
      csv_formulas: 'escape',
    };
    const [, ...rows] = cellsOf(await bytesOf(await service.open(body, { accept: CSV })));
    const pages = await pageOf({ ...FEW, select: ['company', 'phone', 'email', 'first_seen_at'] });
    const escaped = (value: unknown): unknown =>
      typeof value === 'string' && /^[=+@＝-]/.test(value) ? `'${value}` : (value ?? '');
    expect(rows.map((cells) => cells.slice(0, 4))).toEqual(
      pages.map((record) => [
        escaped(record['company']),
        escaped(record['phone']),
        record['email'] ?? '',
        record['first_seen_at'],
      ]),
    );
    expect(rows.map(([company]) => company?.[0])).toEqual(["'", "'", "'"]);
  });
});

describe('Parquet', () => {
  test('is a file of the same records, and their number is known before its first byte', async () => {
    const { headers, bytes } = await raw(FEW, PARQUET);
    expect(headers['content-type']).toBe(PARQUET);
    expect(headers['x-bigdata-rows']).toBe('3');
    const { client } = service.clickhouse;
    await client.command({
      query: `CREATE TABLE parquet_read ENGINE = Memory AS SELECT record_id, full_name, attributes, first_seen_at, ingest_id FROM (
        SELECT '' AS record_id, CAST(NULL AS Nullable(String)) AS full_name, map('', '') AS attributes,
          toDateTime64(0, 3, 'UTC') AS first_seen_at, '' AS ingest_id) WHERE 0`,
    });
    const { stream } = await client.exec({
      query: 'INSERT INTO parquet_read FORMAT Parquet',
      values: Readable.from([bytes], { objectMode: false }),
      clickhouse_settings: { input_format_parquet_case_insensitive_column_matching: 0 },
    });
    await stream.resume().toArray();
    const answer = await client.query({
      query: 'SELECT * FROM parquet_read ORDER BY record_id',
      format: 'JSONEachRow',
      clickhouse_settings: { date_time_output_format: 'iso' },
    });
    const names = ['record_id', 'full_name', 'attributes', 'first_seen_at', 'ingest_id'];
    expect(await answer.json()).toEqual(await pageOf({ ...FEW, select: names }));
  });
});

test.each([
  ['gzip', gunzipSync],
  ['zstd', zstdDecompressSync],
] as const)('%s holds the same bytes', async (encoding, decompress) => {
  const plain = await raw(FEW, CSV);
  const request = httpRequest(service.queryUrl, {
    method: 'POST',
    headers: { ...service.queryHeaders(), accept: CSV, 'accept-encoding': encoding },
    agent: false,
  });
  request.end(JSON.stringify(FEW));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.headers['content-encoding']).toBe(encoding);
  expect(decompress(Buffer.concat(await response.toArray()))).toEqual(plain.bytes);
  expect(response.trailers['x-bigdata-rows']).toBe('3');
});

describe('the row cap', () => {
  test('ends a stream, and the answer names it', async () => {
    const response = await service.open(of('many'), { accept: NDJSON }, { queryLimits: { rows_max: 1_500 } });
    expect(response.headers.get('x-row-cap')).toBe('1500');
    const lines = linesOf(await bytesOf(response));
    expect(lines).toHaveLength(1_500);
    expect(lines.slice(0, 1_000)).toEqual(await pageOf({ ...of('many'), limit: 1_000 }));
  });

  test('is the highest limit of a stream, as a thousand is of a page', async () => {
    const refused = await service.open(
      { limit: 1_501 },
      { accept: CSV },
      { queryLimits: { rows_max: 1_500 } },
    );
    expect(refused.status).toBe(422);
    expect(problemSchema.parse(await refused.json())).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '#/limit', detail: expect.stringContaining('<=1500') as string }],
    });
    const { trailers } = await raw({ ...of('many'), limit: 1_001 }, CSV);
    expect(trailers['x-bigdata-rows']).toBe('1001');
    expect((await service.query({ limit: 1_001 })).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '#/limit', detail: expect.stringContaining('<=1000') as string }],
    });
  });
});

test.each([
  [{ count: 'exact' }, '#/count'],
  [{ cursor: 'abc' }, '#/cursor'],
])('what belongs to pages is refused of a stream: %j', async (member, pointer) => {
  const response = await service.open(member, { accept: NDJSON });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
});

test('a limit that is met before the first byte is a problem that names it', async () => {
  const response = await service.open(
    of('many'),
    { accept: NDJSON },
    { queryLimits: { rows_to_read_max: 1_000 } },
  );
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    code: 'query_too_complex',
    limit: 'rows_to_read_max',
    limit_value: 1_000,
    detail: expect.stringContaining('1000 rows') as string,
  });
});

test('a statement that fails midway tears the stream, and nothing of its text leaves', async () => {
  const response = await service.open(MARKED, { accept: NDJSON, 'accept-encoding': 'identity' });
  expect(response.status).toBe(200);
  await eventually(async () => expect(await runningQueries()).toBeGreaterThan(0));
  await service.clickhouse.client.command({
    query: `KILL QUERY WHERE ${IS_MARKED} AND query NOT LIKE '%KILL%' ASYNC`,
  });
  const pieces: Uint8Array[] = [];
  const reading = async (): Promise<void> => {
    for await (const piece of response.body as AsyncIterable<Uint8Array>) pieces.push(piece);
  };
  await expect(reading()).rejects.toThrow();
  const text = Buffer.concat(pieces).toString();
  expect(text.length).toBeGreaterThan(0);
  expect(text).not.toMatch(/exception|DB::|QUERY_WAS_CANCELLED/i);
});

test('fifty clients that stall hold no result in memory, and leave no query when they go away', async () => {
  const before = process.memoryUsage().rss;
  const gone = new AbortController();
  const responses = await Promise.all(
    Array.from({ length: 50 }, () =>
      service.open(MARKED, { accept: NDJSON, 'accept-encoding': 'identity' }, { signal: gone.signal }),
    ),
  );
  const readers = responses.map(({ status, body }) => {
    expect(status).toBe(200);
    return (body as ReadableStream<Uint8Array>).getReader();
  });
  await Promise.all(readers.map((reader) => reader.read()));
  expect(await runningQueries()).toBe(50);
  // Each result has some 50 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(600_000_000);
  gone.abort();
  await eventually(async () => expect(await runningQueries()).toBe(0), { timeoutMs: 90_000 });
}, 180_000);

test('fifty clients that read side by side take no more memory than fifty connections do', async () => {
  const rows = 60_000;
  const inUse = (): number => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = inUse();
  const used: number[] = [];
  const sampling = setInterval(() => used.push(inUse() - before), 250);
  const read = () => drained({ ...of('many'), limit: rows }, NDJSON);
  const [first, ...others] = await Promise.all(Array.from({ length: 50 }, read));
  clearInterval(sampling);

  expect(first?.trailers['x-bigdata-rows']).toBe(String(rows));
  expect(others).toEqual(Array.from({ length: 49 }, () => first));
  // What passes is more than ten times as much, and it passes client and service, which share this process.
  expect(50 * (first?.bytes ?? 0)).toBeGreaterThan(1_500_000_000);
  expect(used.length).toBeGreaterThan(10);
  expect(Math.max(...used)).toBeLessThan(150_000_000);
}, 300_000);
