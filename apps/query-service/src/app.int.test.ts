import { connect, createServer, type Socket } from 'node:net';
import { queryAnswerSchema, RECORD_FIELD_NAMES, ROUTES } from '@bigdata/models';
import { problemSchema } from '@bigdata/platform';
import { createClickHouseDatabase, eventually, freePort, testServers } from '@bigdata/testing';
import { insertRows, jobIdOf, recordIdOf, SEEN_AT } from './testing/stored-row';
import {
  SIGNED_REQUEST_ID,
  startTestService,
  type TestAnswer,
  type TestService,
} from './testing/test-service';

const JANE_KEY = 'jane-00000000001';
const JOB_ID = jobIdOf(1);

let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const { url, database, cluster, drop: dropDatabase } = await createClickHouseDatabase();
  drop = dropDatabase;
  service = await startTestService({ clickhouseUrl: url, database, cluster, port: await freePort() });
  await insertRows(service.clickhouse, [
    {
      key: JANE_KEY,
      dataset: 'people',
      email: 'jane.doe@example.com',
      phone: '+14155550132',
      full_name: 'Jane Doe',
      first_name: 'Jane',
      last_name: 'Doe',
      birth_date: '1980-02-29',
      gender: 'female',
      company: 'Größe & Söhne',
      job_title: 'Chief Engineer',
      website: 'https://example.com',
      city: 'San Francisco',
      region: 'California',
      postal_code: '02139',
      country: 'US',
      attributes: { loyalty_tier: 'gold', 'odd "name\'\\': 'x' },
    },
    { key: 'john-00000000001', load: 2, email: 'john@example.com', full_name: 'John Roe', country: 'GB' },
  ]);
});

afterAll(async () => {
  await service.stop();
  await drop();
});

function data(answer: TestAnswer): Record<string, unknown>[] {
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${JSON.stringify(answer.body)}`);
  return queryAnswerSchema.parse(answer.body).data;
}

function problem(answer: TestAnswer) {
  return problemSchema.parse(answer.body);
}

const eq = (field: string, value: string) => ({ field, op: 'eq', value });
const ids = (answer: TestAnswer): unknown[] => data(answer).map((record) => record['record_id']);

test('is the same whether its values travel in the address or, being many, in the body', async () => {
  const value = Array.from({ length: 600 }, (_, at) => `nobody${at}@example.com`).concat(
    'jane.doe@example.com',
  );
  const many = await service.query({ where: { field: 'email', op: 'in', value } });
  expect(data(many)).toEqual(data(await service.query({ where: eq('email', 'jane.doe@example.com') })));
  expect(data(many)).toHaveLength(1);
});

describe('an answer', () => {
  test('holds every field by default, in its public form, null where empty', async () => {
    const answer = await service.query({ where: eq('email', 'jane.doe@example.com') });
    expect(data(answer)).toEqual([
      {
        record_id: recordIdOf(JANE_KEY),
        dataset: 'people',
        email: 'jane.doe@example.com',
        phone: '+14155550132',
        full_name: 'Jane Doe',
        first_name: 'Jane',
        middle_name: null,
        last_name: 'Doe',
        name_prefix: null,
        name_suffix: null,
        birth_date: '1980-02-29',
        gender: 'female',
        company: 'Größe & Söhne',
        job_title: 'Chief Engineer',
        website: 'https://example.com',
        address: null,
        city: 'San Francisco',
        region: 'California',
        postal_code: '02139',
        country: 'US',
        attributes: { loyalty_tier: 'gold', 'odd "name\'\\': 'x' },
        first_seen_at: `${SEEN_AT.replace(' ', 'T')}Z`,
        updated_at: `${SEEN_AT.replace(' ', 'T')}Z`,
        ingest_id: JOB_ID,
      },
    ]);
    expect(Object.keys(data(answer)[0]!).sort()).toEqual([...RECORD_FIELD_NAMES].sort());
  });

  test('tells what it read, how many rows it holds and which request it belongs to', async () => {
    const answer = await service.query({ where: eq('country', 'us'), count: 'exact' });
    const body = queryAnswerSchema.parse(answer.body);
    expect(body.count).toEqual({ value: 1, relation: 'eq' });
    expect(body.statistics.rows_read).toBeGreaterThan(0);
    expect(body.statistics.bytes_read).toBeGreaterThan(0);
    expect(body.request_id).toBe(SIGNED_REQUEST_ID);
    expect(answer.headers.get('x-bigdata-rows')).toBe('1');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(body.page).toEqual({ limit: 100, has_more: false, next_cursor: null });
  });

  test('holds only the selected fields, in their order, and no count unless asked for', async () => {
    const answer = await service.query({
      select: ['phone', 'record_id', 'phone'],
      where: eq('country', 'US'),
    });
    expect(data(answer).map((record) => Object.entries(record))).toEqual([
      [
        ['phone', '+14155550132'],
        ['record_id', recordIdOf(JANE_KEY)],
      ],
    ]);
    expect(queryAnswerSchema.parse(answer.body).count).toBeNull();
  });

  test.each(['exact', 'estimate'])('counts all matches with count %s, whatever the page', async (count) => {
    const answer = await service.query({ limit: 1, count });
    expect(queryAnswerSchema.parse(answer.body).count).toEqual({ value: 2, relation: 'eq' });
  });
});

describe('a key with a mask of fields', () => {
  const ask = (body: unknown, accept = 'application/json') =>
    service.ask(
      ROUTES.runQuery.path,
      { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify(body) },
      { fields: ['record_id', 'email', 'country'] },
    );

  test('sees its fields alone by default, and can filter by them', async () => {
    const answer = await ask({ where: eq('country', 'US') });
    expect(data(answer)).toEqual([
      { record_id: recordIdOf(JANE_KEY), email: 'jane.doe@example.com', country: 'US' },
    ]);
  });

  test.each(['application/json', 'application/x-ndjson'])(
    'is refused any other as if it were unknown, wherever it names one, with %s',
    async (accept) => {
      const where = {
        and: [
          eq('country', 'US'),
          { not: eq('phone', '+14155550132') },
          eq('attributes.loyalty_tier', 'gold'),
        ],
      };
      const answer = await ask({ select: ['email', 'full_name'], where }, accept);
      expect([answer.status, problem(answer).code]).toEqual([422, 'invalid_request']);
      const errors = problem(answer).errors ?? [];
      expect(errors.map(({ pointer }) => pointer)).toEqual([
        '#/select/1',
        '#/where/and/1/not/field',
        '#/where/and/2/field',
      ]);
      for (const { detail } of errors)
        expect(detail).toBe('unknown field; allowed: record_id, email, country');
    },
  );
});

describe('a record is found', () => {
  test.each([
    ['by another spelling of its e-mail address', eq('email', ' Jane.Doe@EXAMPLE.com ')],
    [
      'by a national phone number beside its country',
      { and: [eq('country', 'United States'), eq('phone', '(415) 555-0132')] },
    ],
    ['by its name written the other way round', eq('full_name', 'DOE, Jane')],
    ['by its company without accents', eq('company', 'GROSSE & SOHNE')],
    ['by its job title in another case', eq('job_title', 'chief engineer')],
    ['by another word for its gender', eq('gender', 'F')],
    ['by a postal code without its leading zero', { and: [eq('country', 'US'), eq('postal_code', '2139')] }],
    ['by its birth date in words', eq('birth_date', '29 February 1980')],
    ['by its web address without scheme', eq('website', 'Example.com')],
    ['by an attribute', eq('attributes.loyalty_tier', 'gold')],
    ['by an attribute with an odd name', eq('attributes.odd "name\'\\', 'x')],
    ['by its record id in upper case', eq('record_id', recordIdOf(JANE_KEY).toUpperCase())],
    [
      'by one of several record ids',
      { field: 'record_id', op: 'in', value: ['f'.repeat(32), recordIdOf(JANE_KEY)] },
    ],
    ['by one of several regions', { field: 'region', op: 'in', value: ['Texas', 'CALIFORNIA'] }],
    ['by the job that touched it', eq('ingest_id', JOB_ID.toUpperCase())],
  ])('%s', async (_how, where) => {
    expect(ids(await service.query({ where }))).toEqual([recordIdOf(JANE_KEY)]);
  });

  test('by the moment it was seen, in any time zone', async () => {
    const answer = await service.query({ where: eq('first_seen_at', '2026-01-31T13:00:00+01:00') });
    expect(ids(answer)).toHaveLength(2);
  });

  test('in a list of a thousand long values', async () => {
    const value = Array.from(
      { length: 999 },
      (_, index) => `${String(index).padStart(200, 'x')}@example.com`,
    );
    const where = { field: 'company', op: 'in', value: [...value, 'Größe & Söhne'] };
    expect(ids(await service.query({ where }))).toEqual([recordIdOf(JANE_KEY)]);
  });
});

describe('a request is refused', () => {
  test('with 401 without a signed identity', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect((await service.send(ROUTES.runQuery.path, init)).status).toBe(401);
    expect((await service.send(ROUTES.listRejects.path.replace('{id}', JOB_ID), {})).status).toBe(401);
  });

  test.each([
    ['an unknown field', eq('contry', 'x'), '#/where/field', 'did you mean "country"?'],
    ['an unknown operator', { field: 'email', op: 'eqq', value: 'x' }, '#/where/op', 'did you mean "eq"?'],
    [
      'a value that is no e-mail address',
      { and: [eq('country', 'US'), eq('email', 'jane')] },
      '#/where/and/1/value',
      'for example jane@example.com',
    ],
    [
      'one wrong value of a list',
      { field: 'country', op: 'in', value: ['US', 'Atlantis'] },
      '#/where/value/1',
      'write the ISO 3166-1 alpha-2 code, such as US',
    ],
  ])('with pointer and hint for %s', async (_what, where, pointer, hint) => {
    const answer = await service.query({ where });
    expect(answer.status).toBe(422);
    expect(problem(answer)).toMatchObject({ code: 'invalid_request', errors: [{ pointer, hint }] });
  });

  test('when the limit is over a thousand', async () => {
    const answer = await service.query({ limit: 1_001 });
    expect(answer.status).toBe(422);
    expect(problem(answer).errors?.[0]?.pointer).toBe('#/limit');
  });

  test('when it takes none of the formats', async () => {
    const answer = await service.query({}, { accept: 'text/html' });
    expect(answer.status).toBe(406);
    expect(problem(answer).code).toBe('not_acceptable');
  });

  test('when a cursor is forged or belongs to another query', async () => {
    const first = queryAnswerSchema.parse((await service.query({ limit: 1 })).body);
    const cursor = first.page.next_cursor!;
    for (const request of [
      { cursor: `${cursor}x` },
      { cursor: 'x' },
      { cursor, where: eq('country', 'GB') },
    ]) {
      const answer = await service.query(request);
      expect([answer.status, problem(answer).code]).toEqual([400, 'invalid_cursor']);
    }
  });

  test('when it would have to read more rows than one query may', async () => {
    const { url, database, cluster, drop: dropOther } = await createClickHouseDatabase();
    const limits = { queryRowsToReadMax: 1 };
    const small = await startTestService({
      clickhouseUrl: url,
      database,
      cluster,
      port: await freePort(),
      limits,
    });
    try {
      await insertRows(small.clickhouse, [{ key: 'a'.repeat(16) }, { key: 'b'.repeat(16) }]);
      const answer = await small.query({ where: eq('country', 'US') });
      expect([answer.status, problem(answer).code]).toEqual([422, 'query_too_complex']);
    } finally {
      await small.stop();
      await dropOther();
    }
  });
});

describe('stored rows of one key that have not merged yet', () => {
  const key = 'merge-0000000001';

  beforeAll(async () => {
    await service.clickhouse.client.command({
      query: `SYSTEM STOP MERGES ${service.clickhouse.tables.stored('record_versions')}`,
    });
    await insertRows(service.clickhouse, [
      {
        key,
        load: 4,
        dataset: 'merged',
        email: 'new@example.com',
        attributes: { tier: 'new', plan: 'pro' },
      },
    ]);
    await insertRows(service.clickhouse, [
      {
        key,
        load: 3,
        dataset: 'merged',
        email: 'old@example.com',
        city: 'Oldtown',
        attributes: { tier: 'old' },
      },
    ]);
  });

  test('are one record with the latest value of each field', async () => {
    const answer = await service.query({
      select: ['email', 'city', 'attributes'],
      where: eq('dataset', 'merged'),
      count: 'exact',
    });
    expect(data(answer)).toEqual([
      { email: 'new@example.com', city: 'Oldtown', attributes: { plan: 'pro', tier: 'new' } },
    ]);
    expect(queryAnswerSchema.parse(answer.body).count?.value).toBe(1);
  });

  test.each([
    ['email', 'old@example.com', 'new@example.com'],
    ['attributes.tier', 'old', 'new'],
  ])('are not found by a stale %s', async (field, stale, latest) => {
    expect(data(await service.query({ where: eq(field, stale) }))).toEqual([]);
    expect(data(await service.query({ where: eq(field, latest) }))).toHaveLength(1);
  });

  test('are found by values that came with different loads', async () => {
    const where = { and: [eq('email', 'new@example.com'), eq('city', 'oldtown')] };
    expect(data(await service.query({ where }))).toHaveLength(1);
  });
});

describe('paging', () => {
  beforeAll(async () => {
    const rows = Array.from({ length: 257 }, (_, index) => ({
      key: `page-${String((index * 7919) % 257).padStart(11, '0')}`,
      dataset: 'pages',
    }));
    await insertRows(service.clickhouse, rows.slice(0, 200));
    await insertRows(service.clickhouse, rows.slice(100));
  });

  test('gives every record exactly once, in a stable order, even when page size and fields change', async () => {
    const seen: unknown[] = [];
    let cursor: string | null = null;
    let limit = 10;
    do {
      const answer = await service.query({
        select: limit % 2 === 0 ? ['record_id'] : ['record_id', 'dataset'],
        where: eq('dataset', 'pages'),
        limit,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...ids(answer));
      const { page } = queryAnswerSchema.parse(answer.body);
      expect(page.has_more).toBe(page.next_cursor !== null);
      cursor = page.next_cursor;
      limit += 7;
    } while (cursor !== null);
    expect(seen).toHaveLength(257);
    expect(new Set(seen).size).toBe(257);
    expect(seen).toEqual([...seen].sort());
  });

  test('does not offer a page after one that ends with the last record', async () => {
    const answer = await service.query({ where: eq('dataset', 'pages'), limit: 257 });
    expect(queryAnswerSchema.parse(answer.body).page).toEqual({
      limit: 257,
      has_more: false,
      next_cursor: null,
    });
  });
});

test('while ClickHouse is away the service answers 503 and is not ready, and then recovers by itself', async () => {
  const { database, drop: dropOther } = await createClickHouseDatabase();
  const target = new URL(testServers().clickhouseUrl);
  const proxyPort = await freePort();
  const proxied = new URL(target);
  proxied.port = String(proxyPort);
  const proxy = createProxy(Number(target.port), proxyPort);
  const away = await startTestService({
    clickhouseUrl: proxied.href,
    directClickhouseUrl: target.href,
    database,
    port: await freePort(),
  });
  try {
    const answer = await away.query({});
    expect([answer.status, problem(answer).code]).toEqual([503, 'unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await away.health.readiness()).toEqual({ ready: false, checks: { clickhouse: 'unavailable' } });

    await proxy.open();
    await eventually(async () => expect((await away.query({})).status).toBe(200));
    expect((await away.health.readiness()).ready).toBe(true);

    await proxy.close();
    expect((await away.query({})).status).toBe(503);
  } finally {
    await proxy.close();
    await away.stop();
    await dropOther();
  }
});

/** Stands for a ClickHouse that can be stopped and started without stopping the one of the other tests. */
function createProxy(targetPort: number, port: number) {
  const sockets = new Set<Socket>();
  const server = createServer((inbound) => {
    const outbound = connect(targetPort, '127.0.0.1');
    for (const socket of [inbound, outbound]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    inbound.pipe(outbound).pipe(inbound);
  });
  return {
    open: () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
