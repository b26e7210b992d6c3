/** The formats in which a whole result is streamed: how ClickHouse writes them, and what each column is written as. */
import { type RecordFieldName } from '@bigdata/models';
import { type OutputFormat } from '../clickhouse/stream-runner';
import { countCsvRows, countLines, type RowCounter } from './count-rows';

export const STREAM_TYPES = ['application/x-ndjson', 'text/csv', 'application/vnd.apache.parquet'] as const;
export type StreamType = (typeof STREAM_TYPES)[number];

export interface StreamFormatOptions {
  /** Puts an apostrophe before what a spreadsheet would take for a formula. */
  readonly escapeFormulas: boolean;
}

export interface StreamFormat {
  readonly contentType: string;
  readonly fileName: string;
  readonly output: OutputFormat;
  /** What the format writes in place of the expression of a JSON answer. */
  readonly column: (name: RecordFieldName, expression: string) => string;
  /** Null: ClickHouse tells the rows of a whole result. */
  readonly countRows: (() => RowCounter) | null;
  /** Parquet is compressed inside. */
  readonly compressible: boolean;
}

export function streamFormatOf(type: StreamType, options: StreamFormatOptions): StreamFormat {
  return FORMATS[type](options);
}

const FORMATS: Readonly<Record<StreamType, (options: StreamFormatOptions) => StreamFormat>> = {
  'application/x-ndjson': () => ({
    contentType: 'application/x-ndjson',
    fileName: 'records.ndjson',
    output: {
      name: 'JSONEachRow',
      settings: { output_format_json_escape_forward_slashes: 0, output_format_json_array_of_rows: 0 },
      whole: false,
    },
    column: (_name, expression) => expression,
    countRows: countLines,
    compressible: true,
  }),
  'text/csv': ({ escapeFormulas }) => ({
    contentType: 'text/csv; charset=utf-8; header=present',
    fileName: 'records.csv',
    output: {
      name: 'CSVWithNames',
      // RFC 4180: lines end with CRLF. An empty field is an empty cell.
      settings: { output_format_csv_crlf_end_of_line: 1, format_csv_null_representation: '' },
      whole: false,
    },
    column: (name, expression) => {
      if (name === 'attributes') return `toJSONString(${expression})`;
      return escapeFormulas && !MACHINE_MADE.has(name) ? withoutFormula(expression) : expression;
    },
    countRows: countCsvRows,
    compressible: true,
  }),
  'application/vnd.apache.parquet': () => ({
    contentType: 'application/vnd.apache.parquet',
    fileName: 'records.parquet',
    // A Parquet file is read from its end.
    output: { name: 'Parquet', settings: { output_format_parquet_compression_method: 'zstd' }, whole: true },
    column: (name, expression) => (name === 'ingest_id' ? `toString(${expression})` : expression),
    countRows: null,
    compressible: false,
  }),
};

/** Written by us, and never the beginning of a formula. */
const MACHINE_MADE: ReadonlySet<RecordFieldName> = new Set([
  'record_id',
  'first_seen_at',
  'updated_at',
  'ingest_id',
]);

/** What OWASP lists as a formula's beginning (CSV injection), in full width too; null stays null. */
function withoutFormula(expression: string): string {
  return `replaceRegexpOne(${expression}, '^[=+\\\\-@\\t\\r\\n＝＋－＠]', '\\'\\\\0')`;
}
