/** Names of the columns of JSON and XML: those seen in the first records, in order of first appearance. */
import { JobFailure } from '../jobs/job-failure';
import { type Head } from './hints';
import { createJsonRowReader } from './json-rows';
import { createJsonSplitter } from './json-splitter';
import { createNdjsonRowReader } from './ndjson-rows';
import { createNdjsonSplitter } from './ndjson-splitter';
import { type ReadLimits, type ReadPlan, type RowReader, type Splitter } from './rows';
import { toSplitLimits } from './split-options';
import { createXmlRowReader } from './xml-rows';
import { createXmlSplitter } from './xml-splitter';

type Place = Pick<ReadPlan, 'format' | 'start'>;

const RECORDS_LOOKED_AT = 1_000;

export interface ColumnDiscovery {
  /** @throws JobFailure when the text is broken outside of its records */
  push(chunk: Uint8Array): void;
  end(): void;
  /** Whether enough records were seen. */
  isDone(): boolean;
  records(): number;
  names(): string[];
}

/** For text from `place.start` on. */
export function createColumnDiscovery(place: Place, limits: ReadLimits): ColumnDiscovery {
  const { splitter, reader } = open(place, limits);
  const names = new Set<string>();
  let records = 0;
  const drain = (): void => {
    while (records < RECORDS_LOOKED_AT) {
      const segment = splitter.next();
      if (segment === null) return;
      reader.open(segment.bytes);
      while (reader.next()) {
        records += 1;
        if (reader.row.problem !== null) continue;
        for (const [name] of reader.row.extras) if (names.size < limits.columnsMax) names.add(name);
      }
    }
  };
  return {
    push(chunk) {
      splitter.push(chunk);
      drain();
    },
    end() {
      splitter.end();
      drain();
    },
    isDone: () => records >= RECORDS_LOOKED_AT,
    records: () => records,
    names: () => [...names],
  };
}

/** @throws JobFailure when the head is broken outside of its records */
export function discoverColumns(head: Head, place: Place, limits: ReadLimits): string[] {
  const discovery = createColumnDiscovery(place, limits);
  discovery.push(head.text.subarray(place.start));
  if (head.complete) discovery.end();
  return discovery.names();
}

function open({ format, start }: Place, limits: ReadLimits): { splitter: Splitter; reader: RowReader } {
  const options = { limits: toSplitLimits(limits), position: start, segmentBytes: 1 };
  const columns: string[] = [];
  switch (format.kind) {
    case 'ndjson':
      return {
        splitter: createNdjsonSplitter(options),
        reader: createNdjsonRowReader({ columns }, limits, true),
      };
    case 'json':
      return {
        splitter: createJsonSplitter({ ...options, path: format.path, start }),
        reader: createJsonRowReader({ columns }, limits, true),
      };
    case 'xml': {
      const { element, ancestors } = format;
      return {
        splitter: createXmlSplitter({ ...options, element, ancestors, start }),
        reader: createXmlRowReader({ columns, format }, limits, true),
      };
    }
    case 'csv':
      throw new JobFailure('internal', 'CSV names its columns in its first row.');
  }
}
