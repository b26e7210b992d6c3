import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseApiKey } from '@bigdata/models';
import { runCli } from './program';

const USER = {
  id: '01890000-0000-7000-8000-000000000001',
  username: 'acme',
  role: 'user',
  credits: 1000,
  disabled: false,
  plan: null,
  terms: {},
  limits: [],
  in_flight_max: null,
  query_limits: null,
  prices: null,
  created_at: '2026-01-01T00:00:00Z',
};

const JOB = {
  id: '01890000-0000-7000-8000-000000000002',
  load_number: 1,
  state: 'queued',
  source: 'inbox://people.csv',
  dataset: 'people',
  country: null,
  priority: 'normal',
  parallelism: null,
  format: null,
  attempts: 1,
  progress: {
    bytes_read: 0,
    bytes_total: 0,
    rows_read: 0,
    rows_loaded: 0,
    rows_rejected: 0,
    rows_per_s: 0,
    eta_s: null,
  },
  result: null,
  error: null,
  undo: null,
  undo_until: null,
  sealed_at: null,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
};

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly key: string | undefined;
  readonly accept: string | undefined;
  readonly body: string;
}

/** A gateway that answers what the test says and keeps what it was asked. */
async function startGateway(
  answer: (
    seen: Seen,
    count: number,
  ) => { status?: number; body?: unknown; events?: string; file?: { text: string; torn: boolean } },
) {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const entry = {
        method: request.method ?? '',
        url: request.url ?? '',
        key: request.headers['x-api-key'] as string | undefined,
        accept: request.headers.accept,
        body,
      };
      seen.push(entry);
      const { status = 200, body: content, events, file } = answer(entry, seen.length);
      if (file !== undefined) {
        response.writeHead(200, { 'content-type': 'text/csv' });
        response.write(file.text, () => (file.torn ? response.destroy() : response.end()));
        return;
      }
      if (events !== undefined) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(events);
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json', 'x-credits-charged': '1' });
      response.end(JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

describe('bigdata', () => {
  let home: string;
  let closers: (() => Promise<unknown>)[] = [];

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'cli-'));
  });
  afterEach(async () => {
    rmSync(home, { recursive: true });
    await Promise.all(closers.map((close) => close()));
    closers = [];
  });

  const gateway = async (answer: Parameters<typeof startGateway>[0]) => {
    const started = await startGateway(answer);
    closers.push(started.close);
    return started;
  };

  const bigdata = async (args: string[], env: Record<string, string> = {}) => {
    const out = { stdout: '', stderr: '' };
    const code = await runCli(
      args,
      { env, root: home, home, stderr: process.stderr, wait: () => Promise.resolve() },
      {
        stdout: { write: (piece) => (out.stdout += Buffer.from(piece).toString()) },
        stderr: { write: (text) => (out.stderr += text) },
      },
    );
    return { code, ...out };
  };

  it('takes gateway and key from flags over environment over credentials.json', async () => {
    const { url, seen } = await gateway(() => ({ body: { data: [], page: { has_more: false } } }));
    writeFileSync(
      path.join(home, 'credentials.json'),
      JSON.stringify({ gateway_url: url, admin_key: 'from-file', demo_key: 'demo' }),
    );
    await bigdata(['users', 'list']);
    await bigdata(['users', 'list'], { BIGDATA_ADMIN_KEY: 'from-env' });
    await bigdata(['--key', 'from-flag', 'users', 'list'], { BIGDATA_ADMIN_KEY: 'from-env' });
    await bigdata(['query', '{}']);
    expect(seen.map(({ key }) => key)).toEqual(['from-file', 'from-env', 'from-flag', 'demo']);
  });

  it('says what is missing when no gateway is known, and exits with 1', async () => {
    const { code, stderr } = await bigdata(['users', 'list']);
    expect(code).toBe(1);
    expect(stderr).toContain('npm start');
  });

  it('exits with 2 for a command line that is not understood', async () => {
    expect((await bigdata(['users', 'create'])).code).toBe(2);
    expect((await bigdata(['nonsense'])).code).toBe(2);
    expect((await bigdata(['users', 'create', 'x', '--credits', 'many'])).code).toBe(2);
    expect((await bigdata(['credits', 'grant', 'x', 'many', '--reason', 'r'])).code).toBe(2);
  });

  it('shows a table for people and the same data as JSON for scripts', async () => {
    const { url } = await gateway(() => ({ body: { data: [USER], page: { has_more: false } } }));
    const table = await bigdata(['users', 'list', '--url', url, '--key', 'k']);
    expect(table.stdout).toMatch(/USERNAME/);
    expect(table.stdout).toMatch(/acme/);
    // A pipe gets plain text: no colours, no padding.
    expect(table.stdout).not.toMatch(/\u001b| $/m);
    const json = await bigdata(['users', 'list', '--json', '--url', url, '--key', 'k']);
    expect(JSON.parse(json.stdout)).toEqual([USER]);
    expect(json.stderr).toBe('');
  });

  it('prints problems with their places and hints, and exits with 1', async () => {
    const { url } = await gateway(() => ({
      status: 422,
      body: {
        code: 'invalid_request',
        detail: 'unknown field',
        request_id: 'r-1',
        errors: [{ pointer: '#/where/field', detail: 'unknown field', hint: 'did you mean "email"?' }],
      },
    }));
    const { code, stderr } = await bigdata(['query', '{"where":{}}', '--url', url, '--key', 'k']);
    expect(code).toBe(1);
    expect(stderr).toContain('#/where/field: unknown field (did you mean "email"?)');
    const json = await bigdata(['query', '{}', '--json', '--url', url, '--key', 'k']);
    expect(JSON.parse(json.stderr)).toMatchObject({
      code: 'invalid_request',
      status: 422,
      request_id: 'r-1',
    });
  });

  it('does not send control characters of data to the terminal', async () => {
    const { url } = await gateway(() => ({
      body: { data: [{ full_name: 'a\u001b[2Jb' }], page: { has_more: false }, count: null, request_id: 'r' },
    }));
    const { stdout } = await bigdata(['query', '{}', '--url', url, '--key', 'k']);
    expect(stdout).toContain('a\uFFFD[2Jb');
  });

  it('writes a whole result to standard output, or to a file', async () => {
    const text = '"email"\r\n"a@example.com"\r\n';
    const { url, seen } = await gateway(() => ({ file: { text, torn: false } }));
    const flags = ['--format', 'csv', '--url', url, '--key', 'k'];
    expect(await bigdata(['query', '{}', ...flags])).toEqual({ code: 0, stdout: text, stderr: '' });
    const file = path.join(home, 'all.csv');
    expect((await bigdata(['query', '{}', ...flags, '--output', file])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(seen.map(({ accept }) => accept)).toEqual(['text/csv', 'text/csv']);
  });

  it('fails when a result breaks off, and leaves no file that looks whole', async () => {
    const { url } = await gateway(() => ({ file: { text: '"email"\r\n', torn: true } }));
    const flags = ['--format', 'csv', '--url', url, '--key', 'k'];
    const printed = await bigdata(['query', '{}', ...flags]);
    expect(printed.code).toBe(1);
    expect(printed.stderr).toContain('broke off');
    const file = path.join(home, 'all.csv');
    expect((await bigdata(['query', '{}', ...flags, '--output', file])).code).toBe(1);
    expect(readdirSync(home)).toEqual([]);
  });

  it('shows statistics as a table, of groups when fields are named', async () => {
    const as_of = '2026-01-01T00:00:00.000Z';
    const { url, seen } = await gateway((request) => ({
      body: request.url.includes('group_by')
        ? { groups: [{ key: { country: 'US' }, count: 41_200 }], other: 312, total: 41_512, as_of }
        : {
            ...{ records: 41_512, distinct_emails: 9, distinct_phones: null, last_ingest: null, as_of },
            ...{ datasets: [{ name: 'people', records: 41_512 }], coverage: { email: 0.8513 } },
          },
    }));
    const flags = ['--url', url, '--key', 'k'];
    const totals = await bigdata(['stats', ...flags]);
    expect(totals.stdout).toMatch(/dataset people +41512/);
    expect(totals.stdout).toMatch(/have email +85\.1 %/);
    const where = '{"field":"company","op":"eq","value":"Acme"}';
    const groups = await bigdata([
      'stats',
      '--group-by',
      'country',
      '--where',
      where,
      '--limit',
      '5',
      ...flags,
    ]);
    expect(groups.stdout).toMatch(/US +41200/);
    expect(groups.stderr).toContain('312 of them in other groups');
    const { searchParams } = new URL(seen[1]?.url ?? '', url);
    expect(Object.fromEntries(searchParams)).toEqual({ group_by: 'country', where, limit: '5' });
    const json = await bigdata(['stats', '--json', ...flags]);
    expect(JSON.parse(json.stdout)).toMatchObject({ records: 41_512, as_of });
  });

  it('uploads a file, enqueues its load and, watching, fails when the load fails', async () => {
    const file = path.join(home, 'people (1).csv');
    writeFileSync(file, 'Email\na@example.com\n');
    const { url, seen } = await gateway((request) => {
      if (request.method === 'PUT') return { status: 201, body: { source: 'inbox://people__1_.csv' } };
      if (request.method === 'POST') return { status: 202, body: JOB };
      return {
        body: { ...JOB, state: 'failed', error: { code: 'empty_file', detail: 'The file is empty.' } },
      };
    });
    const { code, stderr, stdout } = await bigdata([
      ...['ingest', file, '--dataset', 'people', '--country', 'US', '--watch', '--url', url, '--key', 'k'],
    ]);
    expect(seen[0]).toMatchObject({
      method: 'PUT',
      url: '/v1/admin/ingest/files/people%20_1_.csv',
      body: 'Email\na@example.com\n',
    });
    expect(JSON.parse(seen[1]?.body ?? '')).toMatchObject({ dataset: 'people', country: 'US', force: false });
    expect(code).toBe(1);
    expect(stderr).toContain('The file is empty.');
    expect(stdout).toContain('empty_file');
  });

  it('follows a load by its events, and looks for itself once they break off', async () => {
    const file = path.join(home, 'people.csv');
    writeFileSync(file, 'Email\n');
    const event = (name: string, state: string) =>
      `event: ${name}\ndata: ${JSON.stringify({ ...JOB, state, result: null })}\n\n`;
    for (const [events, looks] of [
      [event('progress', 'running') + event('progress', 'succeeded') + event('end', 'succeeded'), 0],
      [event('progress', 'running'), 1],
    ] as const) {
      const { url, seen } = await gateway((request) => {
        if (request.method === 'PUT') return { status: 201, body: { source: 'inbox://people.csv' } };
        if (request.method === 'POST') return { status: 202, body: JOB };
        return request.url.endsWith('/events')
          ? { body: null, events }
          : { body: { ...JOB, state: 'succeeded' } };
      });
      const { code } = await bigdata(['ingest', file, '--watch', '--url', url, '--key', 'k']);
      expect(code).toBe(0);
      const reads = seen.filter(({ method, url: target }) => method === 'GET' && !target.endsWith('/events'));
      expect(reads).toHaveLength(looks);
    }
  });

  it('passes on how a file is to be read and loaded', async () => {
    const file = path.join(home, 'people.csv');
    writeFileSync(file, 'Email\n');
    const { url, seen } = await gateway((request) =>
      request.method === 'PUT'
        ? { status: 201, body: { source: 'inbox://people.csv' } }
        : { status: 202, body: JOB },
    );
    const flags = [
      ...['--priority', 'high', '--parallelism', '4', '--max-reject-ratio', '0.25', '--delimiter', 'tab'],
      ...['--json-path', 'result.people', '--hint', 'has_header=false', '--hint', 'quote=none'],
    ];
    expect((await bigdata(['ingest', file, ...flags, '--url', url, '--key', 'k'])).code).toBe(0);
    expect(JSON.parse(seen[1]?.body ?? '')).toMatchObject({
      priority: 'high',
      parallelism: 4,
      max_reject_ratio: 0.25,
      hints: { delimiter: '\t', json_path: ['result', 'people'], has_header: false, quote: null },
    });
    for (const wrong of [
      ['--priority', 'urgent'],
      ['--max-reject-ratio', '2'],
      ['--parallelism', 'many'],
      ['--hint', 'x'],
    ]) {
      expect((await bigdata(['ingest', file, ...wrong, '--url', url, '--key', 'k'])).code).toBe(2);
    }
  });

  it('cancels and retries jobs', async () => {
    const { url, seen } = await gateway(() => ({ body: { ...JOB, state: 'cancelled' } }));
    const { code, stdout } = await bigdata(['jobs', 'cancel', JOB.id, '--url', url, '--key', 'k']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('cancelled')]);
    await bigdata(['jobs', 'retry', JOB.id, '--url', url, '--key', 'k']);
    expect(seen.map(({ method, url: target }) => `${method} ${target}`)).toEqual([
      `POST /v1/admin/ingest/jobs/${JOB.id}/cancel`,
      `POST /v1/admin/ingest/jobs/${JOB.id}/retry`,
    ]);
  });

  it('waits for an undo, and fails when no worker does it', async () => {
    const requested = { state: 'requested', requested_at: '2026-01-01T00:00:00Z', finished_at: null };
    const undo = async (doneAfter: number) => {
      const { url, seen } = await gateway((_request, count) => ({
        status: count === 1 ? 202 : 200,
        body: { ...JOB, undo: count > doneAfter ? { ...requested, state: 'done' } : requested },
      }));
      const { code, stderr } = await bigdata(['jobs', 'undo', JOB.id, '--url', url, '--key', 'k']);
      return { code, stderr, asked: seen.length, first: `${seen[0]?.method} ${seen[0]?.url}` };
    };
    expect(await undo(0)).toMatchObject({
      code: 0,
      asked: 1,
      first: `DELETE /v1/admin/ingest/jobs/${JOB.id}/records`,
    });
    expect(await undo(3)).toMatchObject({ code: 0, asked: 4 });
    expect(await undo(1_000)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no worker') as string,
    });
  });

  it('shows how a file would be read, for people and for scripts', async () => {
    const file = path.join(home, 'people.csv');
    writeFileSync(file, 'Mail;Shoe\n');
    const analysis = {
      format: 'csv',
      compression: 'gzip',
      encoding: 'utf-8',
      delimiter: ';',
      has_header: true,
      json_path: null,
      xml_element: null,
      columns: [
        { column: 'Mail', field: 'email', confidence: 0.97, reason: 'name', samples: ['a@example.com'] },
        { column: 'Shoe', field: null, confidence: 0, reason: 'unknown', samples: [] },
      ],
      sample: [
        {
          line: 2,
          record: { email: 'a@example.com' },
          warnings: [{ field: 'phone', code: 'invalid_phone' }],
        },
      ],
      rejects: [{ line: 3, code: 'no_identifier', reason: 'nothing identifies a record' }],
    };
    const { url } = await gateway((request) =>
      request.method === 'PUT' ? { status: 201, body: { source: 'inbox://people.csv' } } : { body: analysis },
    );
    const { code, stdout } = await bigdata(['analyze', file, '--url', url, '--key', 'k']);
    expect(code).toBe(0);
    expect(stdout).toContain('csv, gzip, utf-8, delimiter ";", with a header');
    expect(stdout).toMatch(/Mail +email +97%/);
    expect(stdout).toMatch(/Shoe +attributes\.Shoe/);
    expect(stdout).toContain('phone: invalid_phone');
    expect(stdout).toContain('no_identifier');
    const json = await bigdata(['analyze', file, '--json', '--url', url, '--key', 'k']);
    expect(JSON.parse(json.stdout)).toEqual(analysis);
  });

  it('shows and sets the key policies of datasets', async () => {
    const dataset = { name: 'people', key_policy: ['email'], created_at: '2026-01-01T00:00:00Z' };
    const { url, seen } = await gateway((request) => ({
      body: request.url.includes('?') ? { data: [dataset], page: { has_more: false } } : dataset,
    }));
    const run = (...args: string[]) => bigdata(['datasets', ...args, '--url', url, '--key', 'k']);
    expect((await run()).stdout).toMatch(/people +email/);
    await run('policy', 'people');
    await run('policy', 'people', 'email', 'phone');
    await run('policy', 'people', 'default');
    expect(seen.slice(1).map(({ method, body }) => `${method} ${body}`)).toEqual([
      'GET ',
      'PUT {"key_policy":["email","phone"]}',
      'PUT {"key_policy":null}',
    ]);
  });

  it('lists, shows, sets and removes plans, and puts users on them', async () => {
    const at = '2026-01-01T00:00:00Z';
    const plan = { name: 'growth', terms: { in_flight_max: 3 }, users: 7, created_at: at, updated_at: at };
    const { url, seen } = await gateway((request) => ({
      body: request.url.includes('/users')
        ? { user: { ...USER, plan: 'growth' }, keys: [] }
        : request.url.includes('?')
          ? { data: [plan], page: { has_more: false } }
          : plan,
    }));
    const run = (...args: string[]) => bigdata([...args, '--url', url, '--key', 'k']);
    expect((await run('plans')).stdout).toMatch(/growth +7 +\{"in_flight_max":3\}/);
    expect((await run('plans', 'show', 'growth')).stdout).toMatch(/terms +\{"in_flight_max":3\}/);
    const file = path.join(home, 'growth.json');
    writeFileSync(file, JSON.stringify(plan.terms));
    await run('plans', 'set', 'growth', file);
    await run('plans', 'remove', 'growth');
    expect((await run('users', 'plan', USER.id, 'growth')).stdout).toMatch(/acme +user +growth/);
    await run('users', 'plan', USER.id, 'none');
    expect(
      seen.slice(1).flatMap((call) => (call.url.includes('/users') && call.method === 'GET' ? [] : [call])),
    ).toMatchObject([
      { method: 'GET', url: '/v1/admin/plans/growth' },
      { method: 'PUT', url: '/v1/admin/plans/growth', body: '{"terms":{"in_flight_max":3}}' },
      { method: 'DELETE', url: '/v1/admin/plans/growth' },
      { method: 'PATCH', url: `/v1/admin/users/${USER.id}`, body: '{"plan":"growth"}' },
      { method: 'PATCH', url: `/v1/admin/users/${USER.id}`, body: '{"plan":null}' },
    ]);
  });

  it('says what of a file is no term, and asks no gateway', async () => {
    const { url, seen } = await gateway(() => ({ body: {} }));
    const file = path.join(home, 'odd.json');
    const set = async (text: string) => {
      writeFileSync(file, text);
      return bigdata(['plans', 'set', 'odd', file, '--url', url, '--key', 'k']);
    };
    expect((await set('{"limits":{"minute":0}}')).stderr).toContain('odd.json: limits: minute: ');
    const torn = await set('{');
    expect(torn).toMatchObject({ code: 1, stdout: '' });
    expect(torn.stderr).toContain('odd.json cannot be read as JSON');
    expect(seen).toEqual([]);
  });

  it('makes a key that the gateway would take, without any gateway', async () => {
    const { code, stdout } = await bigdata(['keys', 'generate']);
    expect(code).toBe(0);
    expect(parseApiKey(stdout.trim())).not.toBeNull();
  });

  it('says which file is missing', async () => {
    const { url } = await gateway(() => ({ body: {} }));
    const { code, stderr } = await bigdata(['ingest', 'no-such.csv', '--url', url, '--key', 'k']);
    expect(code).toBe(1);
    expect(stderr).toContain('no-such.csv');
  });

  it('says that the gateway does not answer', async () => {
    const { url, close } = await startGateway(() => ({ body: {} }));
    await close();
    const { code, stderr } = await bigdata(['users', 'list', '--url', url, '--key', 'k']);
    expect(code).toBe(1);
    expect(stderr).toContain('does not answer');
  });
});
