/** The text of a source from a position on, in segments of whole records. */
import { type DecodeLimits } from '../decode/decompress';
import { readText } from '../decode/read-text';
import { type Source } from '../source/source';
import { createSplitter } from './open-format';
import { type ReadLimits, type ReadPlan, type Segment } from './rows';

export interface ReadSegmentsOptions {
  readonly source: Pick<Source, 'bytesTotal' | 'read'>;
  readonly plan: ReadPlan;
  readonly limits: ReadLimits;
  readonly decode: DecodeLimits;
  readonly segmentBytes: number;
  /** Position of a record, and of the byte behind the last one; null: to the end. Only plain UTF-8 ends before that. */
  readonly start: number;
  readonly end: number | null;
}

/** @throws JobFailure what the source, decoding and the splitter throw */
export async function* readSegments(options: ReadSegmentsOptions): AsyncGenerator<Segment, void, undefined> {
  const { source, plan, limits, decode, segmentBytes, start, end } = options;
  const splitter = createSplitter(plan, limits, { position: start, segmentBytes });
  const text = end === null ? readText(source, plan, decode, start) : source.read(start, end);
  for await (const chunk of text) {
    splitter.push(chunk);
    for (let segment = splitter.next(); segment !== null; segment = splitter.next()) yield segment;
  }
  splitter.end();
  for (let segment = splitter.next(); segment !== null; segment = splitter.next()) yield segment;
}
