import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createLogDays } from './log-days';
import { createRequestLogRepository } from './request-log.repository';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const DAY_MS = 86_400_000;
const dayFrom = (days: number): Date => new Date(Date.now() + days * DAY_MS);
const nameOf = (day: Date): string => `request_logs_${day.toISOString().slice(0, 10).replaceAll('-', '')}`;
const partitions = async (): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'request_logs'::regclass`.execute(
    database.db,
  );
  return rows.map(({ name }) => name).sort();
};
const append = (created_at: Date) =>
  createRequestLogRepository(database.db).append([
    {
      entry_id: randomUUID(),
      request_id: 'r',
      user_id: null,
      key_id: null,
      method: 'GET',
      route: '/v1/me',
      status: 200,
      code: null,
      latency_ms: 1,
      latency_parts_ms: {},
      credits: 0,
      rows: 0,
      bytes: 0,
      shape: null,
      created_at: created_at.toISOString(),
    },
  ]);
const times = async (): Promise<Date[]> =>
  (await database.db.selectFrom('request_logs').select('created_at').orderBy('created_at').execute()).map(
    ({ created_at }) => created_at,
  );
const addDay = (day: Date) =>
  sql`SELECT add_request_log_day(${day.toISOString().slice(0, 10)}::date)`.execute(database.db);
const startAt = (day: Date) =>
  sql`SELECT set_request_log_start(${day.toISOString().slice(0, 10)}::date)`.execute(database.db);

test('there is a partition for today and a week to come, and one for all that came before', async () => {
  const wanted = Array.from({ length: 8 }, (_, number) => nameOf(dayFrom(number)));
  expect(await partitions()).toEqual([...wanted, 'request_logs_before']);
  await sql`DROP TABLE ${sql.ref(nameOf(dayFrom(3)))}`.execute(database.db);
  const days = createLogDays(database.db);
  await Promise.all([days.keep(90), days.keep(90)]);
  expect(await partitions()).toEqual([...wanted, 'request_logs_before']);
});

test('whole days are dropped when their retention has passed, and what is late still finds its place', async () => {
  await startAt(dayFrom(-5));
  for (const day of [-5, -4, -3, -2, -1]) await addDay(dayFrom(day));
  for (const day of [-9, -5, -3, -2, 0]) await append(dayFrom(day));
  expect(await times()).toHaveLength(5);
  const days = createLogDays(database.db);
  expect(await days.keep(3)).toBe(2);
  expect(await times()).toHaveLength(3);
  expect(await days.keep(3)).toBe(0);
  await append(dayFrom(-4));
  expect(await times()).toHaveLength(4);
});

test('an entry of a clock that runs ahead is taken as one of tomorrow', async () => {
  await append(dayFrom(400));
  const [time] = await times();
  expect(Math.abs((time?.getTime() ?? 0) - dayFrom(1).getTime())).toBeLessThan(60_000);
});
