import { type Checkpoint } from '@bigdata/models';
import { type ProgressSource, toProgress } from './job-progress';

const checkpoint: Checkpoint = {
  batch: 3,
  byte_offset: 3_000,
  line: 31,
  bytes_total: 9_000,
  rows_read: 30,
  rows_loaded: 28,
  rows_rejected: 2,
  warnings: {},
};
const source: ProgressSource = {
  checkpoint: null,
  result: null,
  claimedAt: null,
  claimedRows: 0,
  claimedBytes: 0,
  heartbeatAt: null,
  ended: false,
};
const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

test('a job that waits has done nothing and promises nothing', () => {
  expect(toProgress(source)).toEqual({
    bytes_read: 0,
    bytes_total: 0,
    rows_read: 0,
    rows_loaded: 0,
    rows_rejected: 0,
    rows_per_s: 0,
    eta_s: null,
  });
});

test('speed and time left come from the bytes and rows since the claim', () => {
  expect(toProgress({ ...source, checkpoint, claimedAt: at(0), heartbeatAt: at(3) })).toEqual({
    bytes_read: 3_000,
    bytes_total: 9_000,
    rows_read: 30,
    rows_loaded: 28,
    rows_rejected: 2,
    rows_per_s: 10,
    eta_s: 6,
  });
});

test('an attempt that took over midway is not credited with the work before it', () => {
  const taken = {
    ...source,
    checkpoint,
    claimedAt: at(10),
    heartbeatAt: at(12),
    claimedRows: 20,
    claimedBytes: 2_000,
  };
  expect(toProgress(taken)).toMatchObject({ rows_per_s: 5, eta_s: 12 });
});

test('a claim without progress yet has no speed', () => {
  const claimed = {
    ...source,
    checkpoint,
    claimedAt: at(5),
    heartbeatAt: at(5),
    claimedRows: 30,
    claimedBytes: 3_000,
  };
  expect(toProgress(claimed)).toMatchObject({ rows_per_s: 0, eta_s: null });
});

test('an ended job shows the rows of its result and no time left', () => {
  const result = {
    rows_read: 90,
    rows_loaded: 80,
    rows_rejected: 10,
    records_new: 70,
    records_merged: 10,
    warnings: {},
  };
  const ended = { ...source, checkpoint, result, claimedAt: at(0), heartbeatAt: at(9), ended: true };
  expect(toProgress(ended)).toMatchObject({ rows_read: 90, rows_loaded: 80, rows_per_s: 10, eta_s: null });
});
