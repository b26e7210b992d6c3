/** One segment into one batch: read, normalise, key, encode. Runs in a worker thread; pure. */
import { createRowReader } from '../formats/open-format';
import { type RowReader } from '../formats/rows';
import { type BatchEncoder, createBatchEncoder } from '../encode/batch-encoder';
import { createErasedRows } from '../erasures/erased-rows';
import { type RejectCode } from '../batches/rejects';
import { addWarnings } from '../rows/warning-counts';
import { type BatchContext, type BatchReject, type EncodedSegment } from './batch-work';

export interface SegmentEncoder {
  encode(batch: number, segment: Buffer): EncodedSegment;
}

export function createSegmentEncoder(context: BatchContext): SegmentEncoder {
  const { plan, limits, columns } = context;
  const reader: RowReader = createRowReader(plan, limits);
  const erased = context.erased === null ? null : createErasedRows(context.erased, context.country);
  const encoder: BatchEncoder = createBatchEncoder({ ...context, erased });
  const toReject = (code: RejectCode): BatchReject => {
    const { row } = reader;
    const { line, offset } = row;
    const raw = reader.raw();
    // Nothing is kept of a row of an erased person, whatever else is wrong with it.
    if (code === 'erased' || erased?.hasText(raw))
      return { line, offset, column: null, code: 'erased', raw: '' };
    const column =
      row.problem === null || row.problemColumn === null ? null : columns[row.problemColumn]?.name;
    return { line, offset, column: column ?? null, code, raw };
  };
  return {
    encode(batch, segment) {
      const rejects: BatchReject[] = [];
      encoder.begin(batch);
      reader.open(segment);
      const { row } = reader;
      while (reader.next()) {
        const code = row.problem ?? encoder.add(row);
        if (code !== null) rejects.push(toReject(code));
      }
      const { rows, block, warnings } = encoder.finish();
      const rowsErased = rejects.filter(({ code }) => code === 'erased').length;
      return {
        rowsLoaded: rows,
        block: rows === 0 ? null : gather(block),
        rejects,
        warnings: rowsErased === 0 ? warnings : addWarnings(warnings, { row: { erased: rowsErased } }),
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
