/** A whole file through the formats, for tests: from bytes to rows. */
import { type ByteSource } from '../decode/byte-source';
import { DECODE_LIMITS, type DecodeLimits } from '../decode/decompress';
import { readText } from '../decode/read-text';
import { type FormatHints } from '../formats/hints';
import { createRowReader, createSplitter } from '../formats/open-format';
import { planSource } from '../formats/plan-source';
import { type ReadLimits, type ReadPlan, type Row, type RowProblem, type Segment } from '../formats/rows';

export const LIMITS: ReadLimits & DecodeLimits = {
  fieldBytesMax: 262_144,
  rowBytesMax: 1_048_576,
  columnsMax: 2_000,
  depthMax: 64,
  ...DECODE_LIMITS,
};

export interface ReadRow {
  readonly values: Readonly<Record<string, string>>;
  readonly problem: RowProblem | null;
  readonly raw: string;
  /** In the text, and line from 1. */
  readonly position: number;
  readonly line: number;
}

export interface ReadFile {
  readonly plan: ReadPlan;
  readonly rows: readonly ReadRow[];
  readonly segments: readonly Segment[];
}

export interface ReadOptions {
  readonly hints?: FormatHints;
  readonly limits?: ReadLimits & DecodeLimits;
  readonly segmentBytes?: number;
  readonly chunkBytes?: number;
  readonly position?: number;
  /** Of the rows, the first so many are kept. */
  readonly keptRows?: number;
}

export function sourceOf(bytes: Uint8Array, chunkBytes = 65_536): ByteSource {
  return {
    bytesTotal: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await -- a source in memory has nothing to wait for
    async *read(offset) {
      for (let at = offset; at < bytes.length; at += chunkBytes) {
        // A copy that is wiped once the next chunk is asked for: nobody may keep it.
        const chunk = Uint8Array.from(bytes.subarray(at, at + chunkBytes));
        yield chunk;
        chunk.fill(0x3f);
      }
    },
  };
}

export async function readFileRows(
  bytes: Uint8Array,
  name: string,
  options: ReadOptions = {},
): Promise<ReadFile> {
  const limits = options.limits ?? LIMITS;
  const source = sourceOf(bytes, options.chunkBytes);
  const plan = await planSource(source, name, limits, options.hints);
  return { plan, ...(await readByPlan(source, plan, options)) };
}

export async function readByPlan(
  source: ByteSource,
  plan: ReadPlan,
  options: ReadOptions = {},
): Promise<Pick<ReadFile, 'rows' | 'segments'>> {
  const limits = options.limits ?? LIMITS;
  const position = options.position ?? plan.start;
  const splitter = createSplitter(plan, limits, {
    position,
    segmentBytes: options.segmentBytes ?? 100_000,
  });
  const reader = createRowReader(plan, limits);
  const rows: ReadRow[] = [];
  const segments: Segment[] = [];
  let line = plan.startLine;
  const drain = (): void => {
    for (let segment = splitter.next(); segment !== null; segment = splitter.next()) {
      segments.push(segment);
      reader.open(segment.bytes);
      while (reader.next()) {
        if (rows.length < (options.keptRows ?? Infinity)) {
          rows.push({
            values: reader.row.problem === null ? valuesOf(reader.row, plan.columns) : {},
            problem: reader.row.problem,
            raw: reader.raw(),
            position: segment.start + reader.row.offset,
            line: line + reader.row.line,
          });
        }
      }
      line += reader.lines();
    }
  };
  for await (const chunk of readText(source, plan, limits, position)) {
    splitter.push(chunk);
    drain();
  }
  splitter.end();
  drain();
  return { rows, segments };
}

export function valuesOf(row: Row, columns: readonly string[]): Record<string, string> {
  const values: [string, string][] = [];
  for (let i = 0; i < Math.min(row.count, columns.length); i += 1) {
    const value = row.bytes.toString('utf8', row.starts[i], row.ends[i]);
    if (value !== '') values.push([columns[i] ?? '', value]);
  }
  return Object.fromEntries([...values, ...row.extras]);
}
