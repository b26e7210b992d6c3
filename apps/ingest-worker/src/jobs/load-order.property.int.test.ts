/** The same loads in any order, cut in any way, some of them twice or moved into the base, give the same records. */
import { type ClickHouse } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import fc from 'fast-check';
import { type Loader } from '../load/clickhouse-loader';
import { createIngestBench, openTestTables, TEST_LIMITS } from '../test-support/ingest-bench';
import { type FakeJob } from '../test-support/fake-admin';

/** Real servers on a machine that may be busy with other things. */
jest.setTimeout(600_000);

let database: ClickHouseTestDatabase;
let clickhouse: ClickHouse;
let loader: Loader;
let select: <T>(query: string) => Promise<T[]>;

beforeAll(async () => {
  database = await createClickHouseDatabase();
  ({ clickhouse, loader, select } = await openTestTables(database));
});
afterAll(async () => {
  await clickhouse.close();
  await database.drop();
});

const row = fc.record({
  email: fc.constantFrom('ann@example.com', 'Ben.B@gmail.com', 'benb@googlemail.com', 'cid@example.org', ''),
  phone: fc.constantFrom('+1 415 555 0132', '+442079460000', 'no phone', ''),
  name: fc.constantFrom('Ann Lee', 'BEN BAR', "Cid O'Neill", ''),
  city: fc.constantFrom('Berlin', 'São Paulo', ''),
  tier: fc.constantFrom('gold', 'silver', ''),
});
const file = fc.array(row, { minLength: 1, maxLength: 8 });

/** How one load is run. */
const way = fc.record({
  batchBytes: fc.constantFrom(40, 120, 1_000_000),
  insertBytes: fc.constantFrom(40, 200, 1_000_000),
  rangeBytes: fc.constantFrom(60, 1_000_000),
  /** The checkpoint that is lost after the rows were inserted, so that they come again; beyond the last: none. */
  losesCheckpoint: fc.nat(4),
  moves: fc.boolean(),
  mergesAfter: fc.boolean(),
});

const cases = fc.array(fc.record({ rows: file, way }), { minLength: 2, maxLength: 4 }).chain((loads) =>
  fc.record({
    loads: fc.constant(loads),
    order: fc.shuffledSubarray([...loads.keys()], { minLength: loads.length }),
    undone: fc.option(fc.nat(loads.length - 1)),
  }),
);

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;
type Way = Case['loads'][number]['way'];

const WHOLE: Way = {
  batchBytes: 1_000_000,
  insertBytes: 1_000_000,
  rangeBytes: 1_000_000,
  losesCheckpoint: 99,
  moves: false,
  mergesAfter: false,
};

const toCsv = (rows: Case['loads'][number]['rows']): string =>
  `email,phone,name,city,tier\n${rows
    .map(({ email, phone, name, city, tier }) => `${email},${phone},${name},${city},${tier}\n`)
    .join('')}`;

/** Loads the files, numbered as they stand, in the given order; shows every record with the load it was last in. */
async function load({ loads, order, undone }: Case): Promise<unknown[]> {
  await clickhouse.client.command({
    query: `TRUNCATE TABLE ${clickhouse.tables.everywhere('record_versions')}`,
  });
  const bench = createIngestBench(loader);
  try {
    const jobs = loads.map(({ rows }, at) => bench.addJob(`${at}.csv`, toCsv(rows)));
    const isUndone = (job: FakeJob): boolean => undone !== null && jobs[undone] === job;
    for (const at of order) {
      const [job, given] = [jobs[at], loads[at]];
      if (!job || !given) continue;
      await run(job, given.way);
      if (given.way.moves && !isUndone(job)) {
        job.seal = 'requested';
        await bench.run(job);
      }
      if (given.way.mergesAfter) {
        await clickhouse.client.command({
          query: `OPTIMIZE TABLE ${clickhouse.tables.stored('record_versions')} FINAL`,
        });
      }
    }
    const taken = jobs.find(isUndone);
    if (taken) {
      taken.undo = 'requested';
      await bench.run(taken);
    }
    const numbers = jobs.map(({ work }) => `'${work.id}'`).join(', ');
    return await select(
      `SELECT hex(dedupe_key) AS id, key_rule, email, email_match, phone, full_name, first_name, last_name, full_name_match, city,
         city_match, attributes, raw_values, indexOf([${numbers}], toString(ingest_id)) AS load
       FROM record_versions FINAL ORDER BY id`,
    );
  } finally {
    bench.close();
  }

  async function run(job: FakeJob, { losesCheckpoint, moves: _moves, mergesAfter: _merges, ...cut }: Way) {
    let advances = 0;
    const control = {
      ...bench.admin,
      advance: async (...values: Parameters<typeof bench.admin.advance>) => {
        if (advances++ === losesCheckpoint) throw new AppError('unavailable');
        await bench.admin.advance(...values);
      },
    };
    const limits = { ...TEST_LIMITS, ...cut };
    while (job.state === 'queued' || job.state === 'running') {
      await bench.run(job, { control, pieces: { limits } }).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      });
      bench.admin.giveUp(job.work.id);
    }
  }
}

test('whatever the order, the cut, the repetition, the moves and the merges', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const inOrder = {
        loads: given.loads.map(({ rows }) => ({ rows, way: WHOLE })),
        order: [...given.loads.keys()],
      };
      const expected = await load({ ...inOrder, undone: given.undone });
      expect(await load(given)).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});
