/**
 * A large plain file in ranges that workers load side by side. Ranges end where batches end, so a job's batches are the
 * same however many workers share it; that takes reading the file once, which costs a fraction of loading it.
 */
import { type PlannedRange } from '@bigdata/models';
import { readSegments } from '../formats/read-segments';
import { type ReadPlan } from '../formats/rows';
import { type Source } from '../source/source';
import { type LoadLimits } from './run-pieces';

export interface CutRangesOptions {
  readonly source: Source;
  readonly plan: ReadPlan;
  readonly limits: LoadLimits;
  readonly signal: AbortSignal;
}

/** More would be no faster, and the plan travels whole. */
const RANGES_MAX = 1_000;

const LF = 0x0a;
const CR = 0x0d;

/** @throws JobFailure when the source changes or breaks off */
export async function cutRanges({ source, plan, limits, signal }: CutRangesOptions): Promise<PlannedRange[]> {
  const { start, startLine } = plan;
  const whole: PlannedRange = { start, end: null, line: startLine, first_batch: 0 };
  if (!canSplit(source, plan) || source.bytesTotal < 2 * limits.rangeBytes) return [whole];
  const rangeBytes = Math.max(limits.rangeBytes, Math.ceil(source.bytesTotal / RANGES_MAX));
  const ranges: PlannedRange[] = [];
  let range = whole;
  let line = startLine;
  let batches = 0;
  const { batchBytes: segmentBytes, decode } = limits;
  for await (const segment of readSegments({
    source,
    plan,
    limits,
    decode,
    segmentBytes,
    start,
    end: null,
  })) {
    signal.throwIfAborted();
    const end = segment.start + segment.bytes.length + segment.dropped;
    line += lineEnds(segment.bytes) + (segment.dropped > 0 ? 1 : 0);
    batches += 1;
    if (end - range.start < rangeBytes || end >= source.bytesTotal) continue;
    ranges.push({ ...range, end });
    range = { start: end, end: null, line, first_batch: batches };
  }
  return [...ranges, range];
}

function canSplit(source: Source, plan: ReadPlan): source is Source & { bytesTotal: number } {
  return (
    source.seekable &&
    source.bytesTotal !== null &&
    plan.compression === 'none' &&
    plan.encoding === 'utf-8' &&
    (plan.format.kind === 'csv' || plan.format.kind === 'ndjson')
  );
}

/** As the row readers count them: LF, CRLF and CR alike. */
function lineEnds(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines += 1;
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1))
    if (bytes[at + 1] !== LF) lines += 1;
  return lines;
}
