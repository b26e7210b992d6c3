import { createHash } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { ROUTES } from '@bigdata/models';
import { eventually, testServers } from '@bigdata/testing';
import { ingestCalls, type IngestCalls } from '../test-support/ingest-calls';
import { ADMIN, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createInbox } from './inbox';

let database: TestDatabase;
let app: RunningApp;
let calls: IngestCalls;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
  calls = ingestCalls(app, database.db);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const upload = (name: string, body: string | Buffer) =>
  app.as(ADMIN)(ROUTES.uploadFile, { params: { name }, body });
const inboxFiles = (): Promise<string[]> => readdir(app.inboxDir);

describe('uploads', () => {
  test('a file arrives whole, with its size and hash, and replaces the one before', async () => {
    const content = Buffer.alloc(3_000_000, 'row\n');
    expect((await upload('people 1.csv', content)).body).toEqual({
      name: 'people 1.csv',
      source: 'inbox://people 1.csv',
      bytes: 3_000_000,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(content.equals(await readFile(path.join(app.inboxDir, 'people 1.csv')))).toBe(true);
    await upload('people 1.csv', 'second');
    expect(await readFile(path.join(app.inboxDir, 'people 1.csv'), 'utf8')).toBe('second');
  });

  test('many uploads to one name at once leave exactly one of them, never a mixture', async () => {
    const contents = Array.from({ length: 6 }, (_, index) => String(index).repeat(400_000));
    const answers = await Promise.all(contents.map((content) => upload('same.csv', content)));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(contents).toContain(await readFile(path.join(app.inboxDir, 'same.csv'), 'utf8'));
    expect((await inboxFiles()).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test.each([
    ['with a length that is not reached', { 'content-length': '1000000' }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('an upload %s that breaks off leaves nothing', async (_how, headers) => {
    const url = new URL(`${app.baseUrl}/v1/admin/ingest/files/broken.csv`);
    const signed = app.sign(ADMIN, 'PUT', url.href);
    const sending = request(url, { method: 'PUT', headers: { ...signed, ...headers } });
    sending.on('error', () => undefined);
    sending.write('x'.repeat(70_000));
    await eventually(async () =>
      expect((await inboxFiles()).some((name) => name.startsWith('.upload-'))).toBe(true),
    );
    sending.destroy();
    await eventually(async () =>
      expect((await inboxFiles()).filter((name) => name.startsWith('.'))).toEqual([]),
    );
    expect(await inboxFiles()).not.toContain('broken.csv');
  });

  test.each(['..%2Fx.csv', '.hidden', '.upload-x', 'a%2Fb.csv', 'a%00b'])(
    'the name %s is refused',
    async (name) => {
      const url = `${app.baseUrl}/v1/admin/ingest/files/${name}`;
      const response = await fetch(url, {
        method: 'PUT',
        headers: app.sign(ADMIN, 'PUT', url),
        body: 'x',
      });
      expect(response.status).toBe(422);
    },
  );

  test('a file that a job waits for or loads cannot be replaced until the job has ended', async () => {
    await upload('in-use.csv', 'one');
    const { id, state } = (await calls.createJob({ source: 'inbox://in-use.csv' })).body;
    expect(state).toBe('queued');
    expect((await upload('in-use.csv', 'two')).outcome).toEqual([409, 'conflict']);
    expect(await readFile(path.join(app.inboxDir, 'in-use.csv'), 'utf8')).toBe('one');
    await calls.claim(id);
    expect((await upload('in-use.csv', 'two')).status).toBe(409);
    await calls.cancel(id);
    expect((await upload('in-use.csv', 'two')).status).toBe(201);
  });

  test('what dead uploads left is removed, what runs is not', async () => {
    const [old, young] = ['.upload-old', '.upload-young'].map((name) => path.join(app.inboxDir, name));
    await Promise.all([writeFile(old!, 'x'), writeFile(young!, 'x')]);
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old!, longAgo, longAgo);
    await createInbox(app.inboxDir).clean(Date.now());
    expect((await inboxFiles()).filter((name) => name.startsWith('.'))).toEqual(['.upload-young']);
    await utimes(young!, longAgo, longAgo);
    await createInbox(app.inboxDir).clean(Date.now());
  });
});
