import { ROUTES } from '@bigdata/models';
import { problemSchema } from '@bigdata/platform';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { jobIdOf, SEEN_AT } from '../testing/stored-row';
import { startTestService, type TestAnswer, type TestService } from '../testing/test-service';

const [FIRST, OTHER, LARGE, NDJSON] = [1, 2, 3, 4].map(jobIdOf) as [string, string, string, string];
/** More than one statement reads at once. */
const LARGE_ROWS = 2_345;

let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const { url, database, cluster, drop: dropDatabase } = await createClickHouseDatabase();
  drop = dropDatabase;
  service = await startTestService({ clickhouseUrl: url, database, cluster, port: await freePort() });
  const { client } = service.clickhouse;
  await client.insert({
    table: 'ingest_rejects',
    format: 'JSONEachRow',
    values: [reject(30), reject(10), reject(20), reject(20), reject(10, OTHER), reject(10, NDJSON)],
  });
  await client.insert({
    table: 'ingest_rejects',
    format: 'JSONEachRow',
    values: Array.from({ length: LARGE_ROWS }, (_, index) => reject(index * 10, LARGE)),
  });
  await client.insert({
    table: 'ingest_loads',
    format: 'JSONEachRow',
    values: [load(FIRST, 'csv', ';', ['Name', 'E;Mail']), load(NDJSON, 'ndjson', '', ['name'])],
  });
});

afterAll(async () => {
  await service.stop();
  await drop();
});

function reject(byte_offset: number, job_id = FIRST) {
  return {
    job_id,
    source: 'inbox://people.csv',
    line: byte_offset / 10,
    byte_offset,
    column: byte_offset === 20 ? 'email' : null,
    code: 'too_many_columns',
    reason: 'more "columns" than the header',
    raw: `a;"b"\n${byte_offset}`,
    created_at: SEEN_AT,
  };
}

function load(job_id: string, format: string, delimiter: string, columns: string[]) {
  const source = 'inbox://people.csv';
  return { job_id, load: 1, dataset: 'people', source, format, delimiter, columns, started_at: SEEN_AT };
}

function problemCode(answer: TestAnswer): string {
  return problemSchema.parse(answer.body).code;
}

describe('as JSON the rejects of a job', () => {
  test('come in the order of the file, page by page, each once', async () => {
    const first = await service.rejects(FIRST, '?limit=2', 'admin');
    expect(first.status).toBe(200);
    expect(first.headers.get('x-bigdata-rows')).toBe('2');
    const page = ROUTES.listRejects.answer.parse(first.body);
    expect(page.data).toEqual(
      [reject(10), reject(20)].map(({ job_id: _job, source: _source, created_at: _at, ...row }) => row),
    );
    const next = await service.rejects(FIRST, `?limit=2&cursor=${page.page.next_cursor}`, 'admin');
    const rest = ROUTES.listRejects.answer.parse(next.body);
    expect(rest.data.map(({ byte_offset }) => byte_offset)).toEqual([30]);
    expect(rest.page).toEqual({ limit: 2, has_more: false, next_cursor: null });
  });

  test('are for admins, and their cursors for one job', async () => {
    expect((await service.rejects(FIRST, '', 'user')).status).toBe(403);
    const { page } = ROUTES.listRejects.answer.parse(
      (await service.rejects(FIRST, '?limit=1', 'admin')).body,
    );
    const foreign = await service.rejects(OTHER, `?cursor=${page.next_cursor}`, 'admin');
    expect([foreign.status, problemCode(foreign)]).toEqual([400, 'invalid_cursor']);
  });
});

describe('as CSV the rejects of a job', () => {
  test('are a file with the header, the delimiter and the rows of the one they came from', async () => {
    const answer = await service.openRejects(FIRST.toUpperCase(), 'text/csv');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv\b/);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="rejects-${FIRST}.csv"`);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const line = (offset: number): string =>
      `${offset / 10};too_many_columns;"more ""columns"" than the header";a;"b"\n${offset}\r\n`;
    expect(await answer.text()).toBe(
      `reject_line;reject_code;reject_reason;Name;"E;Mail"\r\n${line(10)}${line(20)}${line(30)}`,
    );
  });

  test('have the row as one quoted column when they come from another format', async () => {
    const answer = await service.openRejects(NDJSON, 'text/csv, application/json;q=0.5');
    expect(await answer.text()).toBe(
      'reject_line,reject_code,reject_reason,raw\r\n' +
        '"1","too_many_columns","more ""columns"" than the header","a;""b""\n10"\r\n',
    );
  });

  test('are all there, in order, however many there are', async () => {
    const text = await (await service.openRejects(LARGE, 'text/csv')).text();
    const lines = text.split('\r\n').slice(1, -1);
    expect(lines.map((line) => /^"(\d+)"/.exec(line)?.[1])).toEqual(
      Array.from({ length: LARGE_ROWS }, (_, index) => String(index)),
    );
  });

  test('are a header alone when there are none', async () => {
    const answer = await service.openRejects(jobIdOf(99), 'text/csv');
    expect([answer.status, await answer.text()]).toEqual([
      200,
      'reject_line,reject_code,reject_reason,raw\r\n',
    ]);
  });
});

test('in any other media type there are no rejects', async () => {
  const answer = await service.openRejects(FIRST, 'application/xml');
  expect(answer.status).toBe(406);
  expect(problemSchema.parse(await answer.json()).code).toBe('not_acceptable');
});
