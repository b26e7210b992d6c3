import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  limits: [],
  created_at: '2026-01-01T00:00:00Z',
};

const JOB = {
  id: '01890000-0000-7000-8000-000000000002',
  state: 'queued',
  source: 'inbox://people.csv',
  dataset: 'people',
  country: null,
  format: null,
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
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
};

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly key: string | undefined;
  readonly body: string;
}

/** A gateway that answers what the test says and keeps what it was asked. */
async function startGateway(answer: (seen: Seen, count: number) => { status?: number; body: unknown }) {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const entry = {
        method: request.method ?? '',
        url: request.url ?? '',
        key: request.headers['x-api-key'] as string | undefined,
        body,
      };
      seen.push(entry);
      const { status = 200, body: content } = answer(entry, seen.length);
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
        stdout: { write: (text) => (out.stdout += text) },
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
