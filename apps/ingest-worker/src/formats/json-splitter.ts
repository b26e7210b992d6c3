/**
 * Cuts the array of records of a JSON document between its records. What is broken within a record's brackets costs
 * that record; what is broken between records or around the array ends the job, since nothing behind it can be trusted.
 * Behind the array nothing is in a segment any more, it is only checked.
 */
import { JobFailure } from '../jobs/job-failure';
import { createJsonStructure } from './json-structure';
import { createJsonValidator, type JsonValidator } from './json-validator';
import { type Splitter } from './rows';
import { createSegmentWindow } from './segment-window';
import { recordTooLong, type SplitOptions } from './split-options';

const COMMA = 0x2c;
const CLOSE_ARRAY = 0x5d;

/** What may come next. */
const FIRST = 0;
const RECORD = 1;
const IN_RECORD = 2;
const SEPARATOR = 3;
const TAIL = 4;

export interface JsonSplitOptions extends SplitOptions {
  /** Null for a document that is its records, one behind the other. */
  readonly path: readonly string[] | null;
  /** Position of the first record, behind the bracket that opens the array. */
  readonly start: number;
}

export function createJsonSplitter(options: JsonSplitOptions): Splitter {
  const { path, limits, segmentBytes, position } = options;
  const window = createSegmentWindow(position);
  const structure = createJsonStructure();
  let tail: JsonValidator | null = null;
  let state = position === options.start ? FIRST : SEPARATOR;
  if (path === null) state = RECORD;
  let p = 0;
  let recordStart = 0;
  /** End of the last whole record in the window. */
  let recordEnd = 0;
  let final = false;

  const broken = (at: number, what: string): JobFailure =>
    new JobFailure('malformed_json', `The JSON is broken at byte ${window.base + at}: ${what}.`);

  /** @returns whether a segment is full */
  const scan = (): boolean => {
    while (p < window.length) {
      if (state === IN_RECORD) {
        const end = structure.scan(window.bytes, p, window.length);
        if (end === -1) {
          p = window.length;
          if (p - recordStart > limits.recordBytesMax) {
            throw recordTooLong(window.base + recordStart, limits);
          }
          return false;
        }
        p = end;
        recordEnd = end;
        state = path === null ? RECORD : SEPARATOR;
        if (recordEnd >= segmentBytes) return true;
        continue;
      }
      if (state === TAIL) return false;
      const byte = window.bytes[p] ?? 0;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        p += 1;
        continue;
      }
      if (state === SEPARATOR || (state === FIRST && byte === CLOSE_ARRAY)) {
        if (byte === CLOSE_ARRAY) {
          state = TAIL;
          tail = createJsonValidator(path?.length ?? 0);
        } else if (byte === COMMA) state = RECORD;
        else throw broken(p, 'between two records stands something else than a comma');
        p += 1;
        continue;
      }
      if (byte === COMMA || byte === CLOSE_ARRAY || byte === 0x7d || byte === 0x3a) {
        throw broken(p, 'there is no value where a record should be');
      }
      state = IN_RECORD;
      structure.begin();
      recordStart = p;
    }
    return false;
  };

  const cutRecords = (): ReturnType<Splitter['next']> => {
    const segment = window.cut(recordEnd);
    p -= recordEnd;
    recordStart -= recordEnd;
    recordEnd = 0;
    return segment;
  };

  /** Blank bytes between records may be many; they belong to the next segment only if that has a record. */
  const checkTail = (): void => {
    const wrong = tail?.check(window.bytes, p, window.length) ?? -1;
    if (wrong !== -1) throw broken(wrong, 'what follows the records does not belong there');
    window.drop(window.length);
    p = 0;
  };

  return {
    push: (chunk) => window.push(chunk),
    end() {
      final = true;
    },
    next() {
      if (scan()) return cutRecords();
      if (state === TAIL) {
        if (recordEnd > 0) return cutRecords();
        checkTail();
        if (final && tail?.isComplete() !== true) throw broken(0, 'the file ends too early');
        return null;
      }
      if (window.length - recordEnd > limits.recordBytesMax && state !== IN_RECORD) {
        throw recordTooLong(window.base + recordEnd, limits);
      }
      if (!final) return null;
      if (state === IN_RECORD && path === null && structure.endsWithFile()) {
        recordEnd = window.length;
        p = recordEnd;
        state = RECORD;
      }
      if (path === null && state === RECORD) return recordEnd > 0 ? cutRecords() : null;
      throw broken(window.length, 'the file ends too early');
    },
  };
}
