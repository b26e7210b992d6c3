import { type ProgressSource, toProgress } from './job-progress';

const source: ProgressSource = {
  rowsRead: 0,
  rowsLoaded: 0,
  rowsRejected: 0,
  bytesRead: 0,
  bytesTotal: null,
  since: null,
  sinceRows: 0,
  sinceBytes: 0,
  until: null,
  ended: false,
};
const half: ProgressSource = {
  ...source,
  rowsRead: 30,
  rowsLoaded: 28,
  rowsRejected: 2,
  bytesRead: 3_000,
  bytesTotal: 9_000,
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

test('speed and time left come from the bytes and rows since loading began', () => {
  expect(toProgress({ ...half, since: at(0), until: at(3) })).toEqual({
    bytes_read: 3_000,
    bytes_total: 9_000,
    rows_read: 30,
    rows_loaded: 28,
    rows_rejected: 2,
    rows_per_s: 10,
    eta_s: 6,
  });
});

test('what was done before a pause does not count as speed', () => {
  const resumed = { ...half, since: at(0), sinceRows: 20, sinceBytes: 2_000, until: at(1) };
  expect(toProgress(resumed)).toMatchObject({ rows_per_s: 10, eta_s: 6 });
});

test('a job whose size nobody knows has a speed and no time left', () => {
  expect(toProgress({ ...half, bytesTotal: null, since: at(0), until: at(3) })).toMatchObject({
    bytes_total: 0,
    rows_per_s: 10,
    eta_s: null,
  });
});

test('a job that has ended has no time left', () => {
  expect(toProgress({ ...half, since: at(0), until: at(3), ended: true }).eta_s).toBeNull();
});
