import { type LoadFigures } from './measure-load';
import { reportIngest } from './ingest-report';

const load = (rowsPerS: number, beside: Partial<LoadFigures> = {}): LoadFigures => ({
  ...{ rows: 1_000, rowsPerS, mbPerS: rowsPerS * 0.00015, elapsedS: 1_000 / rowsPerS },
  ...{ cpuS: 1.234, peakRssMb: 150.4, clickhouseCpuS: 0.5, parts: 3, mergesRunning: 1 },
  ...beside,
});

const { figures, tables } = reportIngest({
  rows: 1_000,
  machine: { node: 'v24', cores: 2, machine: 'a machine' },
  worker: { csv: load(300), ndjson: load(200), json: load(150), xml: load(100) },
  raw: { csv: load(400, { cpuS: null, peakRssMb: null }), ndjson: load(250) },
  plain: load(50),
});

describe('the report of the ingest benchmark', () => {
  it('compares each format with ClickHouse and with the plain pipeline, and names what it was compared with', () => {
    expect(figures).toMatchObject({
      rows: 1_000,
      cores: 2,
      csv: { rows_per_s: 300, ratio_to_clickhouse_raw_load: 0.75, ratio_to_plain_pipeline: 6 },
      ndjson: { ratio_to_clickhouse_raw_load: 0.8, clickhouse_raw_format: 'ndjson' },
      json: { ratio_to_clickhouse_raw_load: 0.375, clickhouse_raw_format: 'csv' },
      xml: { ratio_to_clickhouse_raw_load: 0.25, clickhouse_raw_format: 'csv', plain_pipeline_format: 'csv' },
      plain_pipeline: { rows_per_s: 50 },
    });
  });

  it('says what a load used, with null for what the machine does not tell', () => {
    expect(figures['csv']).toMatchObject({
      ...{ cpu_s: 1.23, clickhouse_cpu_s: 0.5, peak_rss_mb: 150, parts: 3, merges_running: 1 },
    });
    expect(figures['clickhouse_raw']).toMatchObject({ cpu_s: null, peak_rss_mb: null, rows_per_s: 400 });
  });

  it('has one line for each load', () => {
    expect(tables[0]?.rows.map(([name]) => name)).toEqual([
      ...['worker, csv', 'worker, ndjson', 'worker, json', 'worker, xml'],
      ...['ClickHouse raw, csv', 'ClickHouse raw, ndjson', 'plain pipeline, csv, 1000 rows'],
    ]);
  });

  it('tells of the formats alone that were measured', () => {
    const one = reportIngest({
      rows: 1_000,
      machine: { node: 'v24', cores: 2, machine: 'a machine' },
      worker: { json: load(150) },
      raw: { csv: load(400), ndjson: undefined },
      plain: load(50),
    });
    expect(one.tables[0]?.rows.map(([name]) => name)).toEqual([
      ...['worker, json', 'ClickHouse raw, csv', 'plain pipeline, csv, 1000 rows'],
    ]);
    expect(one.figures).not.toHaveProperty('csv');
    expect(one.figures['json']).toMatchObject({ ratio_to_clickhouse_raw_load: 0.375 });
  });
});
