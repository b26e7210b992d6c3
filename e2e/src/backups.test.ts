/** A backup of a running stack, restored into another one, answers what the first one answered. */
import { cpSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type QueryBody } from './support/api';
import { runBigdata } from './support/cli';
import { readLedger } from './support/ledger';
import { load } from './support/loads';

jest.setTimeout(240_000);

const HEADER = 'email,phone,full_name,city,Shoe size\n';
const FIRST = `${HEADER}jane@example.com,(415) 555-0132,Jane Doe,Reno,7\njohn@example.com,,John Roe,Reno,9\n`;
const SECOND = `${HEADER}jane@example.com,,Jane Roe,Boise,\nkim@example.com,(415) 555-0177,Kim,Elko,8\n,,,,,x\n`;
const LATER = `${HEADER}later@example.com,,Later,Elko,8\n`;

describe('a backup', () => {
  let folder: string;
  let stack: StackProcess;
  let admin: Api;
  let user: Api;
  let reader: { id: string; apiKey: string };

  const at = (name: string): string => path.join(folder, name);
  const bigdata = async (home: string, ...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await runBigdata(home, ['--json', ...args]);
    if (code !== 0) throw new Error(`bigdata ${args.join(' ')} failed: ${stderr}${stdout}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  /** What a client and an operator see, without what differs from call to call. */
  const seen = async (gatewayUrl: string) => {
    const api = createApi(gatewayUrl, reader.apiKey);
    const operator = createApi(gatewayUrl, stack.adminKey);
    const query = async (body: object) => (await api.post<QueryBody>('/v1/query', body)).body;
    const all = await query({ count: 'exact' });
    const inReno = await query({ where: { field: 'city', op: 'in', value: ['Reno', 'Boise'] } });
    const found = await api.post<{ data: unknown }>('/v1/lookup', {
      ...{ phones: ['(415) 555-0132', '(415) 555-0177'], country: 'US' },
    });
    const jobs = await operator.get<{ data: { id: string; result: unknown }[] }>('/v1/admin/ingest/jobs');
    const rejects = await Promise.all(
      jobs.body.data.map(
        async ({ id }) =>
          (await operator.get<{ data: unknown }>(`/v1/admin/ingest/jobs/${id}/rejects`)).body.data,
      ),
    );
    return {
      all: all.data,
      count: all.count,
      inReno: inReno.data,
      found: found.body.data,
      jobs: jobs.body.data.map(({ id, result }) => ({ id, result })),
      rejects,
    };
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    stack = await startStack({ home: at('one') });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    reader = await createUser(admin, 'reader', 100);
    user = createApi(stack.gatewayUrl, reader.apiKey);
    const options = { dataset: 'people', country: 'US' };
    await load(admin, { name: 'first.csv', content: FIRST }, options);
    await load(admin, { name: 'second.csv', content: SECOND }, options);
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  it('is restored into another stack with its secrets, which answers the same to the same keys', async () => {
    const before = await seen(stack.gatewayUrl);
    expect(before).toMatchObject({ count: { value: 3 }, rejects: [[{ raw: ',,,,,x' }], []] });
    await bigdata(stack.home, 'backup', at('backup'));
    const ledger = await readLedger(admin, reader.id);
    // All of this is younger than the backup.
    await load(admin, { name: 'later.csv', content: LATER }, { dataset: 'people', country: 'US' });
    expect((await user.post<QueryBody>('/v1/query', { count: 'exact' })).body.count?.value).toBe(4);
    await admin.post('/v1/admin/erasures', { email: 'kim@example.com' });
    await bigdata(stack.home, 'backup', at('erasures.json'), '--only-erasures');
    await stack.stop();

    await bigdata(at('one'), 'verify-backup', at('backup'));
    mkdirSync(at('two'));
    cpSync(at('one/secrets.json'), at('two/secrets.json'));
    stack = await startStack({ home: at('two') });
    const refused = await runBigdata(at('two'), ['restore', at('backup')]);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('not empty') as unknown,
    });
    const restored = await bigdata(at('two'), 'restore', at('backup'), '--replace');
    expect(restored).toMatchObject({ records_erased: 0, loads_moved: 0 });

    expect(await seen(stack.gatewayUrl)).toEqual(before);
    const again = createApi(stack.gatewayUrl, stack.adminKey);
    const entries = await readLedger(again, reader.id);
    expect(entries.slice(-ledger.length)).toEqual(ledger);
    expect(entries).toHaveLength(ledger.length + 3);
    // Numbers of loads go on, and the load that the backup does not know can come again.
    const job = await load(
      again,
      { name: 'later.csv', content: LATER },
      { dataset: 'people', country: 'US' },
    );
    expect(job).toMatchObject({ state: 'succeeded', load_number: 3, result: { records_new: 1 } });
  });

  it('does not bring back whom the latest list of erasures names, and keeps its own list when it is replaced', async () => {
    const withList = ['restore', at('backup'), '--replace', '--erasures', at('erasures.json')];
    expect(await bigdata(at('two'), ...withList)).toMatchObject({ records_erased: 1 });
    const emails = async (): Promise<unknown[]> =>
      (await seen(stack.gatewayUrl)).all.map(({ email }) => email).sort();
    expect(await emails()).toEqual(['jane@example.com', 'john@example.com']);
    // This time the list is that of the stack itself.
    expect(await bigdata(at('two'), 'restore', at('backup'), '--replace')).toMatchObject({
      records_erased: 1,
    });
    expect(await emails()).toEqual(['jane@example.com', 'john@example.com']);
    const job = await load(
      createApi(stack.gatewayUrl, stack.adminKey),
      { name: 'again.csv', content: SECOND },
      { dataset: 'people', country: 'US', force: true },
    );
    expect(job.result).toMatchObject({ rows_read: 3, rows_loaded: 1, rows_rejected: 2 });
  });
});
