/** One segment into one batch: read, normalise, key, encode. Runs in a worker thread; pure. */
import { createRowReader } from '../formats/open-format';
import { type RowReader } from '../formats/rows';
import { type BatchEncoder, createBatchEncoder } from '../encode/batch-encoder';
import { type BatchContext, type BatchReject, type EncodedSegment } from './batch-work';

export interface SegmentEncoder {
  encode(batch: number, segment: Buffer): EncodedSegment;
}

export function createSegmentEncoder(context: BatchContext): SegmentEncoder {
  const { plan, limits, columns } = context;
  const reader: RowReader = createRowReader(plan, limits);
  const encoder: BatchEncoder = createBatchEncoder(context);
  return {
    encode(batch, segment) {
      const rejects: BatchReject[] = [];
      encoder.begin(batch);
      reader.open(segment);
      const { row } = reader;
      while (reader.next()) {
        const code = row.problem ?? (encoder.add(row) ? null : 'no_identifier');
        if (code === null) continue;
        const column =
          row.problem === null || row.problemColumn === null ? null : columns[row.problemColumn]?.name;
        rejects.push({ line: row.line, offset: row.offset, column: column ?? null, code, raw: reader.raw() });
      }
      const { rows, block, warnings } = encoder.finish();
      return {
        rowsLoaded: rows,
        block: rows === 0 ? null : gather(block),
        rejects,
        warnings,
        lines: reader.lines(),
      };
    },
  };
}

/** In memory of its own: the encoder's buffers are used again, this goes to another thread. */
function gather(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
