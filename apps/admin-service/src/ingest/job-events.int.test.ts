import { randomUUID } from 'node:crypto';
import { type Job, jobSchema } from '@bigdata/models';
import { eventually, testServers } from '@bigdata/testing';
import { ingestCalls, type IngestCalls } from '../test-support/ingest-calls';
import { ADMIN, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';

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

interface Followed {
  readonly response: Response;
  readonly events: { event: string; id: string; job: Job; atMs: number }[];
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  stop(): void;
}

async function follow(running: RunningApp, id: string): Promise<Followed> {
  const aborting = new AbortController();
  const url = `${running.baseUrl}/v1/admin/ingest/jobs/${id}/events`;
  const response = await fetch(url, {
    headers: { ...running.sign(ADMIN, 'GET', url), 'last-event-id': '7' },
    signal: aborting.signal,
  });
  const events: Followed['events'] = [];
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks.filter((part) => !part.startsWith(':'))) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)![1]!;
        const job = jobSchema.parse(JSON.parse(field('data')));
        events.push({ event: field('event'), id: field('id'), job, atMs: performance.now() });
      }
    }
  };
  const ended = response.ok ? read().catch(() => undefined) : Promise.resolve();
  return { response, events, ended, stop: () => aborting.abort() };
}

test('each change is told at once and no oftener than four times a second, then the end, and the stream closes', async () => {
  const id = await calls.plannedJob(1);
  const { response, events, ended } = await follow(app, id);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  await eventually(() => expect(events).toHaveLength(1));
  const range = await calls.claimA('range', id);
  for (let step = 1; step <= 10; step += 1) await calls.advance(id, range, step, step === 10);
  await eventually(() => expect(events.at(-1)?.job.progress.rows_read).toBe(100));
  await calls.finish(id, (await calls.claimA('finish', id)).attempt, 80);
  await ended;
  expect(events.map(({ id: number }) => Number(number))).toEqual(events.map((_event, index) => index + 1));
  expect(events.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
  const last = events.at(-1)!;
  expect(last).toMatchObject({ event: 'end', job: { id, state: 'succeeded' } });
  const progress = events.slice(0, -1);
  const spanS = (progress.at(-1)!.atMs - progress[0]!.atMs) / 1_000;
  expect(progress.length).toBeLessThanOrEqual(Math.ceil(spanS * 4) + 1);
});

test('a job that has ended already is told once and ends the stream', async () => {
  const id = await calls.newJob();
  await calls.cancel(id);
  const { events, ended } = await follow(app, id);
  await ended;
  expect(events.map(({ event, job }) => [event, job.state])).toEqual([
    ['progress', 'cancelled'],
    ['end', 'cancelled'],
  ]);
});

test('a job that does not exist is a problem and no stream', async () => {
  const { response } = await follow(app, randomUUID());
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'not_found' });
});

test('a client that goes away ends the work for it', async () => {
  const { stop, events } = await follow(app, await calls.newJob());
  await eventually(() => expect(events).toHaveLength(1));
  stop();
  await eventually(() =>
    expect(
      app.logLines.some(({ route, aborted }) => String(route).endsWith('/events') && aborted === true),
    ).toBe(true),
  );
});

test('an open stream does not hold up a service that stops', async () => {
  const other = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
  const { events, ended } = await follow(other, await calls.newJob());
  await eventually(() => expect(events).toHaveLength(1));
  const beginMs = performance.now();
  await other.stop();
  await ended;
  expect(performance.now() - beginMs).toBeLessThan(5_000);
  expect(events.map(({ event }) => event)).toEqual(['progress']);
});
