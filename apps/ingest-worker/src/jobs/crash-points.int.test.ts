/** Wherever a try breaks off, the tries after it come to the table and the counts of an undisturbed run. */
import { type ClickHouse } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { type ClickHouseTestDatabase, createClickHouseDatabase, eventually } from '@bigdata/testing';
import fc from 'fast-check';
import { type Loader } from '../load/clickhouse-loader';
import { createIngestBench, type IngestBench, openTestTables } from '../test-support/ingest-bench';
import { type WorkControl } from './work-control';

/** Real servers on a machine that may be busy with other things. */
jest.setTimeout(300_000);

let database: ClickHouseTestDatabase;
let clickhouse: ClickHouse;
let loader: Loader;
let select: <T>(query: string) => Promise<T[]>;
let bench: IngestBench;

beforeAll(async () => {
  database = await createClickHouseDatabase();
  ({ clickhouse, loader, select } = await openTestTables(database));
  bench = createIngestBench(loader, { batchBytes: 300, insertBytes: 300 });
});
afterAll(async () => {
  bench.close();
  await clickhouse.close();
  await database.drop();
});

/** Some 4 batches: merges inside a batch and across, invalid cells, attributes, rejects, a row over two lines. */
const CSV = [
  'Email;Name;Phone;Note',
  ...Array.from({ length: 30 }, (_, row) =>
    [
      `user${row % 20}@example.com`,
      row < 20 ? `User ${row}` : '',
      row % 7 === 0 ? 'no phone' : '',
      row % 3 === 0 ? `"n;${row}\nsecond"` : '',
      ...(row % 11 === 5 ? ['surplus'] : []),
    ].join(';'),
  ),
  '"never closed;x',
  'last@example.com;Last;;',
].join('\r\n');

class Crash extends AppError {
  constructor() {
    super('unavailable', { detail: 'the process died here' });
  }
}

/** Counts the moments before and after every call to the outside, and dies at the given ones. */
function createCrashes(moments: ReadonlySet<number>) {
  let moment = 0;
  const step = (): void => {
    if (moments.has(moment++)) throw new Crash();
  };
  return {
    moments: () => moment,
    wrap: <T extends object>(target: T): T =>
      new Proxy(target, {
        get(object, name) {
          const method = Reflect.get(object, name) as (...values: unknown[]) => Promise<unknown>;
          return async (...values: unknown[]): Promise<unknown> => {
            step();
            const answer = await method.apply(object, values);
            step();
            return answer;
          };
        },
      }),
  };
}

/** What a crash leaves under way is broken off, and the connection may be, too. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable';
}

/** The first query behind an insert that was broken off may meet the connection that broke with it. */
const settled = (query: string): Promise<unknown[]> => eventually(() => select(query));

let datasets = 0;

/** Runs the file, dying at the given moments of the whole history, until the job has ended. */
async function loadWithCrashes(moments: ReadonlySet<number>) {
  const dataset = `crash-${(datasets += 1)}`;
  const crashes = createCrashes(moments);
  const job = bench.addJob('crash.csv', CSV, { dataset, mapping: { Phone: 'phone' } });
  const control: WorkControl = crashes.wrap<WorkControl>(bench.admin);
  let tries = 0;
  for (; job.state === 'queued' || job.state === 'running'; tries += 1) {
    if (tries > 2 * moments.size) throw new Error('more tries than crashes explain');
    await bench.run(job, { control, loader: crashes.wrap(loader) }).catch((error: unknown) => {
      if (!(error instanceof Crash) && !isBrokenOff(error)) throw error;
    });
    // A process that died gives nothing back: admin-service finds out by its silence.
    bench.admin.giveUp(job.work.id);
  }
  return {
    moments: crashes.moments(),
    outcome: {
      state: job.state,
      result: job.result,
      checkpoint: job.ranges[0]?.checkpoint,
      records: await settled(
        `SELECT email, full_name, phone, attributes, raw_values, ingest_id = '${job.work.id}' AS mine
         FROM record_versions FINAL WHERE dataset = '${dataset}' ORDER BY email`,
      ),
      rejects: await settled(
        `SELECT line, byte_offset, column, code, raw FROM ingest_rejects FINAL
         WHERE job_id = '${job.work.id}' ORDER BY byte_offset`,
      ),
    },
  };
}

test('a crash at any moment between two steps, and a second one after it, change nothing', async () => {
  const undisturbed = await loadWithCrashes(new Set());
  expect(undisturbed.outcome).toMatchObject({
    state: 'succeeded',
    result: {
      rows_read: 32,
      rows_loaded: 28,
      rows_rejected: 4,
      records_new: 20,
      records_merged: 8,
      warnings: { phone: { invalid_phone: 5 } },
    },
    checkpoint: { batch: 4 },
  });
  // claim, finish, count, the first and the last checkpoint, and per batch insert, rejects and checkpoint.
  expect(undisturbed.moments).toBeGreaterThan(30);
  for (let moment = 0; moment < undisturbed.moments; moment += 1) {
    const { outcome } = await loadWithCrashes(new Set([moment]));
    expect({ moment, ...outcome }).toEqual({ moment, ...undisturbed.outcome });
  }
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(60), { minLength: 2, maxLength: 5 }), async (moments) => {
      const { outcome } = await loadWithCrashes(new Set(moments));
      expect(outcome).toEqual(undisturbed.outcome);
    }),
    { numRuns: 15 },
  );
});

test('a worker that was taken for dead stops without a word, and its last insert does no harm', async () => {
  const job = bench.addJob('stale.csv', CSV, { dataset: 'stale' });
  let inserts = 0;
  const slow: Loader = {
    ...loader,
    insertRecords: async (...values) => {
      inserts += 1;
      // While the first worker hangs in its second insert, another one does the whole job.
      if (inserts === 2) {
        bench.admin.giveUp(job.work.id);
        await bench.run(job);
      }
      await loader.insertRecords(...values);
    },
  };
  await bench.run(job, { loader: slow });
  expect(job).toMatchObject({
    state: 'succeeded',
    ranges: [{ attempt: 2 }],
    result: { rows_read: 32, records_new: 20 },
  });
  expect(bench.logger.lines.at(-1)).toMatchObject({ members: { outcome: 'lost', job_id: job.work.id } });
  expect(await select("SELECT count() AS n FROM record_versions FINAL WHERE dataset = 'stale'")).toEqual([
    { n: 20 },
  ]);
});
