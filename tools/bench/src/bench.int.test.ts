import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '@bigdata/stack';

// The built benchmarks with everything real, on a few rows: that they run, not how fast.
jest.setTimeout(300_000);

const run = async (...args: string[]): Promise<Record<string, unknown>> => {
  const script = path.join(workspaceRoot(), 'dist/bench/main.js');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args, '--json']);
  // It tells there what it is doing; nothing it starts may warn.
  expect(stderr).not.toMatch(/warn|error/i);
  return JSON.parse(stdout) as Record<string, unknown>;
};

/** The machine tells processor time and memory on Linux alone. */
const measured: unknown = process.platform === 'linux' ? expect.any(Number) : null;

it('loads every format by the product, and compares it with ClickHouse and with a plain pipeline', async () => {
  const figures = await run('ingest', '--rows', '2000');
  const load = {
    ...{ rows: 2_000, rows_per_s: expect.any(Number) as number, cpu_s: measured, peak_rss_mb: measured },
    ratio_to_clickhouse_raw_load: expect.any(Number) as number,
    ratio_to_plain_pipeline: expect.any(Number) as number,
  };
  expect(figures).toMatchObject({
    ...{ rows: 2_000, node: process.version, csv: load, ndjson: load, json: load, xml: load },
    clickhouse_raw: { rows: 2_000, clickhouse_cpu_s: measured, ndjson: { rows: 2_000 } },
    plain_pipeline: { rows: 2_000, cpu_s: measured },
  });
});

it('finds the same records in every design of the table', async () => {
  const figures = await run('tables', '--rows', '4000', '--designs', 'replacing,packed-partitions');
  expect(figures).toMatchObject({
    ...{ rows: 4_000, distinct_keys: 3_200 },
    designs: {
      replacing: { merged: { parts: 1 }, undo_how: 'load the others again' },
      'packed-partitions': { merged: { parts: 2 }, undo_how: 'drop partition' },
    },
  });
});

it('charges one account and many, and all books agree afterwards', async () => {
  const figures = await run('charges', '--rows', '3000');
  expect(figures).toMatchObject({
    ...{ charges: 3_000, accounts: 3_000, drift: 0, discrepancies: 0 },
    charges_per_s_hot: expect.any(Number) as number,
    charges_per_s_spread: expect.any(Number) as number,
    ratio_to_single_updates: expect.any(Number) as number,
  });
});

it('finds the same log entries as PostgreSQL does', async () => {
  const figures = await run('logs', '--rows', '40000');
  const asked = { p50_ms: expect.any(Number) as number, direct_p50_ms: expect.any(Number) as number };
  expect(figures).toMatchObject({
    ...{
      rows: 40_000,
      newest: { ...asked, entries: 100 },
      busy_user: asked,
      unknown_user: { ...asked, entries: 0 },
    },
    ...{ rare_status: asked, rare_code: asked, an_hour: asked, deep_page: asked },
    ...{ request_id: { ...asked, entries: 1 }, append_entries_per_s: expect.any(Number) as number },
  });
});

it('asks the product and ClickHouse the same questions, with a tenth of the records first', async () => {
  const figures = await run('query', '--rows', '20000');
  const asked = {
    ...{ p50_ms: expect.any(Number) as number, p99_ms: expect.any(Number) as number },
    ...{ rows_read: expect.any(Number) as number, ratio_to_direct: expect.any(Number) as number },
  };
  const streamed = { ...asked, mb_per_s: expect.any(Number) as number };
  expect(figures).toMatchObject({
    ...{
      rows: 20_000,
      lookup_email: asked,
      lookup_phone: asked,
      lookup_id: asked,
      lookup_name: asked,
      deep_page: asked,
    },
    ...{ filter_page_selective: asked, filter_page_unselective: asked, count_exact: asked },
    ...{ count_estimate: asked, stats_group_by_cold: asked, stats_group_by_cached: asked },
    ...{ stream_ndjson: streamed, stream_csv: streamed },
    growth: { from_rows: 2_000, to_rows: 20_000 },
    table: { load_cpu_s: measured, mb_on_disk: expect.any(Number) as number },
    smaller: { 2_000: { lookup_email: asked } },
  });
});
