/** The main job, from a file to a metered answer, on the built services as processes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeSamplePeople } from '@bigdata/sample-data';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import {
  type Api,
  createApi,
  createUser,
  type JobBody,
  type ProblemBody,
  type QueryBody,
} from './support/api';
import { runBigdata } from './support/cli';
import { readLedger, sumOf } from './support/ledger';

const ROWS = 5_000;

describe('from a file to a metered answer', () => {
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let loaded: JobBody;
  let distinctPeople: number;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    stack = await startStack({ home: path.join(folder, 'home') });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    const file = path.join(folder, 'people.csv');
    ({ distinctPeople } = await writeSamplePeople({ path: file, rows: ROWS, seed: 7 }));
    const run = await runBigdata(stack.home, [
      ...['--json', 'ingest', file, '--dataset', 'people', '--country', 'US', '--watch'],
    ]);
    if (run.code !== 0) throw new Error(`the load failed: ${run.stderr}`);
    loaded = (JSON.parse(run.stdout) as JobBody[])[0]!;
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  const query = (api: Api, body: unknown) => api.post<QueryBody>('/v1/query', body);

  it('accounts for every row of the file', () => {
    const { result } = loaded;
    expect(loaded.state).toBe('succeeded');
    expect(result?.rows_read).toBe(ROWS);
    expect(result!.rows_loaded + result!.rows_rejected).toBe(ROWS);
    expect(result!.records_new + result!.records_merged).toBe(result!.rows_loaded);
    expect(result!.rows_rejected).toBeGreaterThan(0);
    expect(result!.records_merged).toBeGreaterThan(0);
    // A person written too differently is two records; two people are never one.
    expect(result!.records_new).toBeGreaterThanOrEqual(distinctPeople);
    expect(result!.records_new).toBeLessThan(distinctPeople * 1.01);
  });

  it('lists exactly the rejected rows, each with its line and a reason', async () => {
    const { body } = await admin.get<{ data: { line: number; code: string; reason: string; raw: string }[] }>(
      `/v1/admin/ingest/jobs/${loaded.id}/rejects?limit=1000`,
    );
    expect(body.data).toHaveLength(loaded.result!.rows_rejected);
    for (const reject of body.data) {
      expect(reject.line).toBeGreaterThan(1);
      expect(reject.reason).not.toBe('');
      expect(reject.raw).not.toBe('');
    }
  });

  it('counts as many records as the load says it brought', async () => {
    const user = await createUser(admin, 'counter', 10);
    const { body } = await query(createApi(stack.gatewayUrl, user.apiKey), {
      where: { field: 'dataset', op: 'eq', value: 'people' },
      limit: 1,
      count: 'exact',
    });
    expect(body.count).toEqual({ value: loaded.result!.records_new, relation: 'eq' });
  });

  it('charges exactly one credit a query, in the headers, the wallet, the ledger and the log', async () => {
    const user = await createUser(admin, 'payer', 10);
    const api = createApi(stack.gatewayUrl, user.apiKey);
    const answers = [];
    for (let i = 0; i < 3; i += 1) {
      answers.push(await query(api, { where: { field: 'country', op: 'eq', value: 'US' }, limit: 5 }));
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ headers }) => headers.get('x-credits-charged'))).toEqual(['1', '1', '1']);
    expect(answers.map(({ headers }) => headers.get('x-credits-remaining'))).toEqual(['9', '8', '7']);
    expect(answers[0]!.body.data).toHaveLength(5);

    const entries = await readLedger(admin, user.id);
    expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['charge', -1],
      ['charge', -1],
      ['charge', -1],
      ['grant', 10],
    ]);
    expect(sumOf(entries)).toBe(7);
    const requestIds = answers.map(({ headers }) => headers.get('x-request-id')).reverse();
    expect(entries.slice(0, 3).map(({ request_id }) => request_id)).toEqual(requestIds);

    await eventually(async () => {
      const { body } = await admin.get<{
        data: { request_id: string; route: string; status: number; credits: number; rows: number }[];
      }>(`/v1/admin/logs?user_id=${user.id}`);
      expect(body.data.map(({ request_id }) => request_id).sort()).toEqual([...requestIds].sort());
      for (const line of body.data) {
        expect(line).toMatchObject({ route: '/v1/query', status: 200, credits: 1, rows: 5 });
      }
    });
    const { body: me } = await api.get<{ credits: { balance: number; reserved: number } }>('/v1/me');
    expect(me.credits.balance).toBe(7);
  });

  it('finds a person by email, phone and name however they are written', async () => {
    const user = await createUser(admin, 'finder', 50);
    const api = createApi(stack.gatewayUrl, user.apiKey);
    const country = { field: 'country', op: 'eq', value: 'usa' };
    for (const where of [
      { field: 'email', op: 'eq', value: ' JANE.DOE@Example.COM ' },
      { and: [{ field: 'phone', op: 'eq', value: '(415) 555-0132' }, country] },
      { field: 'phone', op: 'in', value: ['+1 415 555 0132', 'tel:+1-415-555-0132'] },
      { field: 'full_name', op: 'eq', value: 'DOE, jane' },
      { field: 'full_name', op: 'eq', value: 'jane  doe' },
    ]) {
      const { status, body } = await query(api, { where });
      expect([status, JSON.stringify(where), body.data.map((record) => record['email'])]).toEqual([
        200,
        JSON.stringify(where),
        expect.arrayContaining(['jane.doe@example.com']) as unknown,
      ]);
    }
  });

  it('serves every record of a filter exactly once over its pages', async () => {
    const user = await createUser(admin, 'pager', 100);
    const api = createApi(stack.gatewayUrl, user.apiKey);
    const where = { field: 'dataset', op: 'eq', value: 'people' };
    const seen = new Set<string>();
    let cursor: string | null = null;
    let rows = 0;
    do {
      const page: QueryBody = (
        await query(api, {
          select: ['record_id'],
          where,
          limit: 1_000,
          ...(cursor === null ? {} : { cursor }),
        })
      ).body;
      rows += page.data.length;
      for (const record of page.data) seen.add(String(record['record_id']));
      cursor = page.page.next_cursor;
    } while (cursor !== null);
    expect(seen.size).toBe(rows);
    expect(rows).toBe(loaded.result!.records_new);
  });

  it('lets exactly as many of 200 concurrent requests pass as there are credits', async () => {
    const user = await createUser(admin, 'hundred', 100);
    const api = createApi(stack.gatewayUrl, user.apiKey);
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        query(api, { where: { field: 'email', op: 'eq', value: 'jane.doe@example.com' }, limit: 1 }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 402)).toHaveLength(100);
    const { body: me } = await api.get<{ credits: { balance: number } }>('/v1/me');
    expect(me.credits.balance).toBe(0);
    const entries = await readLedger(admin, user.id);
    expect(sumOf(entries)).toBe(0);
    expect(entries.filter(({ kind }) => kind === 'charge')).toHaveLength(100);
    expect(Math.min(...entries.map(({ balance_after }) => balance_after))).toBe(0);
  });

  it('gives one answer to every kind of bad key', async () => {
    const user = await createUser(admin, 'locked-out', 5);
    const revoked = createApi(stack.gatewayUrl, user.apiKey);
    expect((await revoked.get('/v1/me')).status).toBe(200);
    await admin.send('DELETE', `/v1/admin/users/${user.id}/keys/${user.keyId}`);
    await eventually(async () => expect((await revoked.get('/v1/me')).status).toBe(401), {
      timeoutMs: 1_000,
    });
    const changed = `${user.apiKey.slice(0, -1)}${user.apiKey.endsWith('0') ? '1' : '0'}`;
    const bodies = [];
    for (const key of [user.apiKey, changed, 'nonsense', `bd_live_${'A'.repeat(61)}`]) {
      const { status, body } = await createApi(stack.gatewayUrl, key).get<ProblemBody>('/v1/me');
      expect(status).toBe(401);
      bodies.push({ ...body, request_id: '', instance: '' });
    }
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    const none = await createApi(stack.gatewayUrl, null).get<ProblemBody>('/v1/me');
    expect([none.status, none.body.code]).toEqual([401, 'missing_api_key']);
  });

  it('refuses what is over the limit, says when to come back, and charges nothing for it', async () => {
    const user = await createUser(admin, 'limited', 100);
    await admin.send('PATCH', `/v1/admin/users/${user.id}`, {
      body: JSON.stringify({ requests_per_minute: 5 }),
      headers: { 'content-type': 'application/json' },
    });
    const api = createApi(stack.gatewayUrl, user.apiKey);
    const answers = await Promise.all(Array.from({ length: 12 }, () => query(api, { limit: 1 })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(7);
    for (const { headers } of refused) {
      expect(headers.get('ratelimit')).toMatch(/^"minute";r=0;t=\d+$/);
      expect(headers.get('ratelimit-policy')).toBe('"minute";q=5;w=60');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(sumOf(await readLedger(admin, user.id))).toBe(95);
  });

  it('says what is wrong with a request, where, and what was meant', async () => {
    const user = await createUser(admin, 'careless', 5);
    const api = createApi(stack.gatewayUrl, user.apiKey);
    const malformed = await api.send<ProblemBody>('POST', '/v1/query', {
      body: '{"where": ',
      headers: { 'content-type': 'application/json' },
    });
    expect([malformed.status, malformed.body.code]).toEqual([400, 'malformed_json']);
    expect(malformed.headers.get('content-type')).toContain('application/problem+json');
    const unknown = await api.post<ProblemBody>('/v1/query', {
      where: { and: [{ field: 'emial', op: 'eq', value: 'a@example.com' }] },
    });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'invalid_request']);
    expect(unknown.body.errors?.[0]).toMatchObject({
      pointer: '#/where/and/0/field',
      hint: 'did you mean "email"?',
    });
    const tooMany = await api.post<ProblemBody>('/v1/query', { limit: 1_001 });
    expect(tooMany.body.errors?.[0]?.pointer).toBe('#/limit');
    expect(sumOf(await readLedger(admin, user.id))).toBe(5);
  });

  it.each([
    ['an empty file', '', 'empty_file'],
    ['a binary file', '\u0000\u0001\u0002\u0000\u0003'.repeat(500), 'binary_file'],
  ])('ends the load of %s with a reason', async (name, content, code) => {
    const file = `${name.replaceAll(' ', '-')}.csv`;
    await admin.send('PUT', `/v1/admin/ingest/files/${file}`, { body: content });
    const { body: job } = await admin.post<JobBody>('/v1/admin/ingest/jobs', { source: `inbox://${file}` });
    await eventually(
      async () => {
        const { body } = await admin.get<JobBody>(`/v1/admin/ingest/jobs/${job.id}`);
        expect(body.state).toBe('failed');
        expect(body.error?.code).toBe(code);
        expect(body.error?.detail).not.toBe('');
      },
      { timeoutMs: 20_000 },
    );
  });

  it('ends the load of a missing file with a reason', async () => {
    const { body: job } = await admin.post<JobBody>('/v1/admin/ingest/jobs', {
      source: 'inbox://nobody.csv',
    });
    await eventually(
      async () => {
        const { body } = await admin.get<JobBody>(`/v1/admin/ingest/jobs/${job.id}`);
        expect([body.state, body.error?.code]).toEqual(['failed', 'source_not_found']);
      },
      { timeoutMs: 20_000 },
    );
  });
});
