/** From a plan to what reads by it. */
import { createJsonRowReader } from './json-rows';
import { createJsonSplitter } from './json-splitter';
import { createNdjsonRowReader } from './ndjson-rows';
import { createNdjsonSplitter } from './ndjson-splitter';
import { type ReadLimits, type ReadPlan, type RowReader, type Splitter } from './rows';
import { type SplitOptions, toSplitLimits } from './split-options';
import { createXmlRowReader } from './xml-rows';
import { createXmlSplitter } from './xml-splitter';

type Kind = ReadPlan['format']['kind'];

/** A plan whose format is of one kind. */
export type PlanOf<K extends Kind> = Omit<ReadPlan, 'format'> & {
  readonly format: Extract<ReadPlan['format'], { kind: K }>;
};

export interface FormatParts<K extends Kind> {
  readonly createSplitter: (plan: PlanOf<K>, options: SplitOptions) => Splitter;
  readonly createRowReader: (plan: PlanOf<K>, limits: ReadLimits) => RowReader;
}

export type Formats = { readonly [K in Kind]: FormatParts<K> };

/** All but CSV. */
export const FORMATS: Omit<Formats, 'csv'> = {
  ndjson: {
    createSplitter: (_plan, options) => createNdjsonSplitter(options),
    createRowReader: createNdjsonRowReader,
  },
  json: {
    createSplitter: ({ format, start }, options) =>
      createJsonSplitter({ ...options, path: format.path, start }),
    createRowReader: createJsonRowReader,
  },
  xml: {
    createSplitter: ({ format, start }, options) =>
      createXmlSplitter({ ...options, element: format.element, ancestors: format.ancestors, start }),
    createRowReader: createXmlRowReader,
  },
};

const partsOf = (formats: Formats, kind: Kind): FormatParts<Kind> =>
  // The kind of the plan has chosen the parts that take it.
  formats[kind] as FormatParts<Kind>;

/** @param position `plan.start`, or the end of a segment that an earlier splitter gave */
export function createSplitter(
  formats: Formats,
  plan: ReadPlan,
  limits: ReadLimits,
  { position, segmentBytes }: { readonly position: number; readonly segmentBytes: number },
): Splitter {
  const options = { limits: toSplitLimits(limits), position, segmentBytes };
  return partsOf(formats, plan.format.kind).createSplitter(plan, options);
}

export function createRowReader(formats: Formats, plan: ReadPlan, limits: ReadLimits): RowReader {
  return partsOf(formats, plan.format.kind).createRowReader(plan, limits);
}
