/** Files that other CSV readers are tested with. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { planSource } from '../formats/plan-source';
import { type ReadCsvResult, type ReadCsvRow, readCsv } from '../test-support/read-csv';
import { LIMITS, sourceOf } from '../test-support/read-rows';

/** Set by jest.config.cjs from BIGDATA_CORPUS. */
declare const corpusFolder: string;

const filesOf = (folder: string): string[] =>
  readdirSync(path.join(corpusFolder, 'parsers/csv', folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(corpusFolder, 'parsers/csv', folder, file))
    .filter((file) => /\.(csv|tsv|txt)$/.test(file))
    .sort();

interface TextFile {
  readonly file: string;
  readonly bytes: Buffer;
  readonly delimiter: string;
  readonly quote: string | null;
}

/** Plain CSV in UTF-8, as the worker tells it; what it refuses or reads otherwise is tested with the formats. */
async function textsOf(folder: string): Promise<TextFile[]> {
  const texts: TextFile[] = [];
  for (const file of filesOf(folder)) {
    const bytes = readFileSync(file);
    const plan = await planSource(sourceOf(bytes), path.basename(file), LIMITS).catch(() => null);
    if (plan?.format.kind !== 'csv' || plan.compression !== 'none' || plan.encoding !== 'utf-8') continue;
    texts.push({
      file,
      bytes: withoutMark(bytes),
      delimiter: plan.format.delimiter,
      quote: plan.format.quote,
    });
  }
  return texts;
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(Buffer.from('\ufeff')) ? bytes.subarray(3) : bytes;
}

const WIDE = { fieldBytesMax: 100_000, rowBytesMax: 200_000 };

const readAll = (
  { bytes, delimiter, quote }: TextFile,
  chunkBytes: number,
  segmentBytes = 500,
): ReadCsvResult =>
  readCsv(bytes, { delimiter, quote, chunkBytes, segmentBytes, limits: WIDE, columns: 500 });

const objectsOf = (records: readonly ReadCsvRow[]): Record<string, string>[] => {
  const [header, ...rows] = records;
  return rows.map(({ fields }) =>
    Object.fromEntries((header?.fields ?? []).map((name, index) => [name, fields[index] ?? ''])),
  );
};

/** Upstream's answer for this one belongs to another file. */
const WRONG_ANSWERS = new Set(['location_coordinates.csv']);

test('csv-spectrum: every file gives its expected records', () => {
  const files = filesOf('csv-spectrum').filter((file) => !WRONG_ANSWERS.has(path.basename(file)));
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) {
    const expected: unknown = JSON.parse(readFileSync(file.replace(/csv$/, 'json'), 'utf8'));
    const text = { file, bytes: readFileSync(file), delimiter: ',', quote: '"' };
    expect({ file, records: objectsOf(readAll(text, 1_000).rows) }).toEqual({ file, records: expected });
  }
});

describe.each(['csv-spectrum', 'csv-parser', 'w3c-csvw', 'duckdb'])('%s', (folder) => {
  let texts: TextFile[];
  beforeAll(async () => {
    texts = await textsOf(folder);
  });

  test('every byte of every file is in one segment, and between its rows there are line ends alone', () => {
    expect(texts.length).toBeGreaterThan(2);
    for (const text of texts) {
      const { rows, segments } = readAll(text, 777);
      expect(Buffer.concat(segments.map(({ bytes }) => bytes))).toEqual(text.bytes);
      let at = 0;
      const gaps: string[] = [];
      for (const { offset, raw } of rows.filter(({ problem }) => problem !== 'invalid_encoding')) {
        gaps.push(text.bytes.toString('utf8', at, offset));
        at = offset + Buffer.byteLength(raw);
      }
      gaps.push(text.bytes.toString('utf8', at));
      const lost = rows.some(({ problem }) => problem === 'invalid_encoding')
        ? []
        : gaps.filter((gap) => !/^[\r\n]*$/.test(gap));
      expect({ file: text.file, lost }).toEqual({ file: text.file, lost: [] });
    }
  });

  test('a file gives the same rows byte by byte', () => {
    for (const text of texts) {
      const head = { ...text, bytes: text.bytes.subarray(0, 3_000) };
      expect(readAll(head, 1)).toEqual(readAll(head, 64_000));
    }
  });

  test('where csv-parse accepts a file, and we reject no row of it, the records are the same', () => {
    let compared = 0;
    for (const { file, bytes } of texts) {
      const lineEnds = new Set(bytes.toString().match(/\r\n|\r|\n/g) ?? []);
      const [lineEnd] = lineEnds;
      if (lineEnds.size !== 1 || lineEnd === undefined) continue;
      let theirs: string[][];
      try {
        theirs = parse(bytes, {
          bom: true,
          relax_column_count: true,
          skip_empty_lines: true,
          record_delimiter: lineEnd,
        });
      } catch {
        continue;
      }
      const ours = readAll({ file, bytes, delimiter: ',', quote: '"' }, 1_000).rows;
      if (ours.some(({ problem }) => problem !== null)) continue;
      compared += 1;
      expect({ file, records: ours.map(({ fields }) => fields) }).toEqual({ file, records: theirs });
    }
    expect(compared).toBeGreaterThan(1);
  });
});
