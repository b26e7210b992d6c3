/** From the measured loads to the figures of the ingest benchmark. Pure. */
import { type BenchmarkResult, type Figure, type FigureTable } from '../benchmark';
import { type Machine } from '../system/machine';
import { type LoadFigures } from './measure-load';
import { FILE_FORMATS, type FileFormat } from './people-files';
import { type RawFormat } from './raw-load';

export type IngestMeasurements = {
  readonly rows: number;
  readonly machine: Machine;
  /** Of the formats that were measured. */
  readonly worker: Readonly<Partial<Record<FileFormat, LoadFigures>>>;
  /** NDJSON where the worker loaded it. */
  readonly raw: Readonly<Record<'csv', LoadFigures> & Record<RawFormat, LoadFigures | undefined>>;
  /** Of CSV. */
  readonly plain: LoadFigures;
};

/** ClickHouse reads no XML, and JSON as lines only: these are compared with its load of the same rows as CSV. */
export const COMPARED_RAW: Readonly<Record<FileFormat, RawFormat>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  json: 'csv',
  xml: 'csv',
};

export const reportIngest = ({ rows, machine, worker, raw, plain }: IngestMeasurements): BenchmarkResult => {
  const loads = FILE_FORMATS.flatMap((format) => {
    const load = worker[format];
    const compared = raw[COMPARED_RAW[format]];
    if (!load || !compared) return [];
    const ratios = {
      ratio_to_clickhouse_raw_load: rounded(load.rowsPerS / compared.rowsPerS, 3),
      ratio_to_plain_pipeline: rounded(load.rowsPerS / plain.rowsPerS, 2),
    };
    return [{ format, load, ratios }];
  });
  const formats = Object.fromEntries(
    loads.map(({ format, load, ratios }) => [
      format,
      {
        ...{ ...toFigures(load), ...ratios },
        ...{ clickhouse_raw_format: COMPARED_RAW[format], plain_pipeline_format: 'csv' },
      },
    ]),
  );
  return {
    tables: [tableOf(loads, { raw, plain })],
    figures: {
      rows,
      ...machine,
      ...formats,
      clickhouse_raw: {
        ...toFigures(raw.csv),
        format: 'csv',
        ...(raw.ndjson ? { ndjson: toFigures(raw.ndjson) } : {}),
      },
      plain_pipeline: { ...toFigures(plain), format: 'csv' },
    },
  };
};

const toFigures = (load: LoadFigures): Readonly<Record<string, Figure>> => ({
  rows: load.rows,
  rows_per_s: Math.round(load.rowsPerS),
  mb_per_s: rounded(load.mbPerS, 1),
  elapsed_s: rounded(load.elapsedS, 3),
  cpu_s: rounded(load.cpuS, 2),
  clickhouse_cpu_s: rounded(load.clickhouseCpuS, 2),
  peak_rss_mb: rounded(load.peakRssMb, 0),
  parts: load.parts,
  merges_running: load.mergesRunning,
});

type ComparedLoad = {
  readonly format: FileFormat;
  readonly load: LoadFigures;
  readonly ratios: Readonly<
    Record<'ratio_to_clickhouse_raw_load' | 'ratio_to_plain_pipeline', number | null>
  >;
};

const tableOf = (
  loads: readonly ComparedLoad[],
  { raw, plain }: Pick<IngestMeasurements, 'raw' | 'plain'>,
): FigureTable => {
  const cells = (load: LoadFigures): string[] => [
    Math.round(load.rowsPerS).toLocaleString('en-US'),
    String(rounded(load.mbPerS, 1)),
    String(rounded(load.cpuS, 2) ?? '–'),
    String(rounded(load.clickhouseCpuS, 2) ?? '–'),
    String(rounded(load.peakRssMb, 0) ?? '–'),
    `${load.parts} (${load.mergesRunning})`,
  ];
  return {
    head: [
      ...['load', 'rows/s', 'MB/s', 'CPU s', 'ClickHouse CPU s', 'peak MB', 'parts (merges)'],
      ...['of raw', 'of plain'],
    ],
    rows: [
      ...loads.map(({ format, load, ratios }) => [
        ...[`worker, ${format}`, ...cells(load)],
        `${ratios.ratio_to_clickhouse_raw_load} × ${COMPARED_RAW[format]}`,
        `${ratios.ratio_to_plain_pipeline} ×`,
      ]),
      ['ClickHouse raw, csv', ...cells(raw.csv), '', ''],
      ...(raw.ndjson ? [['ClickHouse raw, ndjson', ...cells(raw.ndjson), '', '']] : []),
      [`plain pipeline, csv, ${plain.rows} rows`, ...cells(plain), '', ''],
    ],
  };
};

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));
