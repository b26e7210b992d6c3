import { AppError, type Checkpoint } from '@bigdata/models';
import { eventually } from '@bigdata/testing';
import { createRetry } from '../retry';
import { createFakeAdmin, type FakeAdmin } from '../test-support/fake-admin';
import { type JobControl } from './job-control';
import { holdJob, type JobLease, JobLost } from './job-lease';

const checkpoint = (batch: number): Checkpoint => ({
  batch,
  byte_offset: batch * 100,
  line: batch,
  bytes_total: 1_000,
  rows_read: 0,
  rows_loaded: 0,
  rows_rejected: 0,
  warnings: {},
});

let admin: FakeAdmin;
let lease: JobLease;

async function hold(wrap: (control: JobControl) => JobControl = (control) => control) {
  admin = createFakeAdmin();
  const job = admin.createJob({ source: 'inbox://x.csv' });
  const claimed = await admin.claim(job.id);
  if (!claimed) throw new Error('not claimed');
  lease = holdJob({
    control: wrap(admin),
    job: claimed,
    format: 'csv',
    retry: createRetry({
      windowMs: 1_000,
      firstPauseMs: 1,
      pauseMaxMs: 1,
      clockMs: Date.now,
      onRetry: () => undefined,
    }),
    heartbeatMs: 5,
    stopSignal: new AbortController().signal,
  });
  return job;
}

afterEach(() => lease.release());

test('while nothing moves the last checkpoint is repeated', async () => {
  const job = await hold();
  await lease.advance(checkpoint(1));
  await eventually(() => expect(job.advances.length).toBeGreaterThan(3));
  expect(job.advances.every(({ batch }) => batch === 1)).toBe(true);
});

test('checkpoints never go backwards, however slow the calls are', async () => {
  const job = await hold((control) => ({
    ...control,
    advance: async (...values) => {
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      await control.advance(...values);
    },
  }));
  for (let batch = 1; batch <= 20; batch += 1) await lease.advance(checkpoint(batch));
  const batches = job.advances.map(({ batch }) => batch);
  expect(batches).toEqual([...batches].sort((a, b) => a - b));
  expect(batches.at(-1)).toBe(20);
});

test('a job taken by another worker is noticed at the next sign of life, without a further batch', async () => {
  const job = await hold();
  await lease.advance(checkpoint(1));
  await admin.claim(job.id);
  await eventually(() => expect(lease.signal.aborted).toBe(true));
  expect(lease.signal.reason).toBeInstanceOf(JobLost);
  await expect(lease.advance(checkpoint(2))).rejects.toBeInstanceOf(JobLost);
  expect(job.checkpoint?.batch).toBe(1);
});

test('a checkpoint that could not be told is told again', async () => {
  let failures = 2;
  const job = await hold((control) => ({
    ...control,
    advance: (...values) =>
      failures-- > 0 ? Promise.reject(new AppError('unavailable')) : control.advance(...values),
  }));
  await lease.advance(checkpoint(1));
  expect(job.checkpoint?.batch).toBe(1);
});
