/** All records as one answer, beside the same statement's bytes as ClickHouse sends them. */
import { type Direct, type DirectStatement } from './ask-directly';
import { type Gateway } from './ask-gateway';
import { COLUMNS, SELECT } from './query-cases';
import { type CaseFigures, summarizeStream } from './query-report';

export type StreamFormat = {
  readonly name: string;
  readonly accept: string;
  /** As ClickHouse names it. */
  readonly format: string;
  readonly settings: Readonly<Record<string, string | number>>;
};

/** As query-service has ClickHouse write them. */
export const STREAM_FORMATS: readonly StreamFormat[] = [
  {
    name: 'stream_ndjson',
    accept: 'application/x-ndjson',
    format: 'JSONEachRow',
    settings: { output_format_json_escape_forward_slashes: 0 },
  },
  {
    name: 'stream_csv',
    accept: 'text/csv',
    format: 'CSVWithNames',
    settings: { output_format_csv_crlf_end_of_line: 1, format_csv_null_representation: '' },
  },
];

/** Some seconds of streaming, and below the default row cap of a key. */
const RECORDS_MAX = 500_000;
const RUNS = 3;

/** @throws Error when the two do not send as many bytes */
export const measureStream = async (
  { accept, format, settings }: StreamFormat,
  rows: number,
  gateway: Gateway,
  direct: Direct,
): Promise<CaseFigures> => {
  const limit = Math.min(rows, RECORDS_MAX);
  const select = `SELECT ${COLUMNS.join(', ')} FROM record_versions FINAL ORDER BY dedupe_key LIMIT {p0:UInt64}`;
  const straight: DirectStatement = {
    sql: select,
    params: { p0: String(limit) },
    settings: { max_block_size: 8_192, max_threads: 2, ...settings },
  };
  const gatewayMs: number[] = [];
  const directMs: number[] = [];
  let bytes = 0;
  for (let run = 0; run <= RUNS; run += 1) {
    const startedAt = performance.now();
    bytes = await gateway.stream(accept, { select: SELECT, limit });
    const askedMs = performance.now() - startedAt;
    const directAt = performance.now();
    const straightBytes = await direct.stream({ ...straight, sql: `${select} FORMAT ${format}` });
    const straightMs = performance.now() - directAt;
    if (bytes !== straightBytes) throw new Error(`${accept}: ${bytes} bytes, straight ${straightBytes}`);
    // The first one warms up.
    if (run === 0) continue;
    gatewayMs.push(askedMs);
    directMs.push(straightMs);
  }
  const { rowsRead } = await direct.ask({ ...straight, sql: `SELECT count() AS count FROM (${select})` });
  return summarizeStream(bytes, gatewayMs, directMs, rowsRead);
};
