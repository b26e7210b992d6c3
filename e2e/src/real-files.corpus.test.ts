/** Real files of real publishers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type JobBody, type QueryBody } from './support/api';
import { runBigdata } from './support/cli';

declare const corpusFolder: string;

const file = (name: string): string => path.join(corpusFolder, 'people-orgs', 'csv', name);

/** Rows as the corpus' own manifest states them. */
const FILES = [
  ['us-legislators-current.csv', 537],
  ['us-legislators-historical.csv', 12_230],
  ['us-hospital-general-info.csv', 5_325],
  ['us-dotgov-current-full.csv', 16_539],
  ['us-ipeds-hd2013.csv', 7_769],
] as const;

describe('real files', () => {
  let stack: StackProcess;
  let api: Api;
  let folder: string;
  const loads = new Map<string, JobBody>();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    stack = await startStack({ home: path.join(folder, 'home') });
    const admin = createApi(stack.gatewayUrl, stack.adminKey);
    api = createApi(stack.gatewayUrl, (await createUser(admin, 'reader', 1_000)).apiKey);
    const mapping = path.join(folder, 'mapping.json');
    await writeFile(mapping, JSON.stringify({ 'Security contact email': 'email' }));
    for (const [name] of FILES) {
      const dataset = path.basename(name, '.csv');
      const run = await runBigdata(stack.home, [
        ...['--json', 'ingest', file(name), '--dataset', dataset, '--country', 'US', '--watch'],
        ...(name.includes('dotgov') ? ['--map', mapping] : []),
      ]);
      loads.set(name, (JSON.parse(run.stdout) as JobBody[])[0]!);
    }
  }, 300_000);

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  it.each(FILES)('%s: every one of its %d rows is accounted for', (name, rows) => {
    const job = loads.get(name);
    expect([job?.state, job?.error ?? null]).toEqual(['succeeded', null]);
    expect(job?.result?.rows_read).toBe(rows);
    expect(job!.result!.rows_loaded + job!.result!.rows_rejected).toBe(rows);
    expect(job!.result!.records_new + job!.result!.records_merged).toBe(job!.result!.rows_loaded);
  });

  it.each([
    ['a phone with dots', { field: 'phone', op: 'eq', value: '+1.202.224.3441' }, 'Cantwell'],
    [
      'a national phone beside its country',
      {
        and: [
          { field: 'phone', op: 'eq', value: '(202) 224 3441' },
          { field: 'country', op: 'eq', value: 'US' },
        ],
      },
      'Cantwell',
    ],
    [
      'a name written backwards in capitals',
      { field: 'full_name', op: 'eq', value: 'CANTWELL, MARIA' },
      'Cantwell',
    ],
  ])('finds a known person by %s', async (_how, where, lastName) => {
    const dataset = { field: 'dataset', op: 'eq', value: 'us-legislators-current' };
    const { status, body } = await api.post<QueryBody>('/v1/query', { where: { and: [where, dataset] } });
    expect([status, body.data.map((record) => record['last_name'])]).toEqual([
      200,
      expect.arrayContaining([lastName]) as unknown,
    ]);
  });

  it('finds an organisation by its e-mail in another case, by a column mapped by hand', async () => {
    const { body } = await api.post<QueryBody>('/v1/query', {
      where: { field: 'email', op: 'eq', value: 'GovDNSSecurity@36thDistrictCourt.ORG' },
    });
    expect(body.data.map((record) => record['email'])).toEqual(['govdnssecurity@36thdistrictcourt.org']);
  });
});
