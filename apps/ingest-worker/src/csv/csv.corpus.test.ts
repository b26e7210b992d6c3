/** Files that other CSV readers are tested with. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { createCsvReader, type CsvRecord } from './csv-reader';
import { refuseOtherContent } from './refuse-other-content';
import { sniffDelimiter } from './sniff-delimiter';

/** Set by jest.config.cjs from BIGDATA_CORPUS. */
declare const corpusFolder: string;

const LIMITS = { fieldBytesMax: 100_000, rowBytesMax: 200_000 };

const filesOf = (folder: string): string[] =>
  readdirSync(path.join(corpusFolder, 'parsers/csv', folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(corpusFolder, 'parsers/csv', folder, file))
    .filter((file) => /\.(csv|tsv|txt)$/.test(file))
    .sort();

function readAll(bytes: Buffer, chunkBytes: number, delimiter?: string): CsvRecord[] {
  const separator = delimiter ?? sniffDelimiter(bytes.subarray(0, 65_536), bytes.length <= 65_536, LIMITS);
  const reader = createCsvReader({ delimiter: separator.charCodeAt(0), limits: LIMITS, offset: 0, line: 1 });
  const records: CsvRecord[] = [];
  const drain = (): void => {
    for (let record = reader.next(); record !== null; record = reader.next()) records.push(record);
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    reader.push(bytes.subarray(at, at + chunkBytes));
    drain();
  }
  reader.end();
  drain();
  return records;
}

const objectsOf = (records: readonly CsvRecord[]): Record<string, string>[] => {
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
    expect({ file, records: objectsOf(readAll(readFileSync(file), 1_000, ',')) }).toEqual({
      file,
      records: expected,
    });
  }
});

describe.each(['csv-spectrum', 'csv-parser', 'w3c-csvw', 'duckdb'])('%s', (folder) => {
  const texts = filesOf(folder).filter((file) => refuseOtherContent(readFileSync(file)) === null);

  test('every byte of every file belongs to a record, a blank line or the byte order mark', () => {
    expect(texts.length).toBeGreaterThan(2);
    for (const file of texts) {
      const bytes = readFileSync(file);
      let at = 0;
      const gaps: string[] = [];
      for (const { offset, end } of readAll(bytes, 777)) {
        gaps.push(bytes.toString('utf8', at, offset));
        at = end;
      }
      gaps.push(bytes.toString('utf8', at));
      expect({ file, lost: gaps.filter((gap) => !/^\ufeff?[\r\n]*$/.test(gap)) }).toEqual({ file, lost: [] });
    }
  });

  test('a file gives the same records byte by byte', () => {
    for (const file of texts) {
      const bytes = readFileSync(file).subarray(0, 3_000);
      expect(readAll(bytes, 1)).toEqual(readAll(bytes, 64_000));
    }
  });

  test('where csv-parse accepts a file, and we reject no row of it, the records are the same', () => {
    let compared = 0;
    for (const file of texts) {
      const bytes = readFileSync(file);
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
      const ours = readAll(bytes, 1_000, ',');
      if (ours.some(({ problem }) => problem !== null)) continue;
      compared += 1;
      expect({ file, records: ours.map(({ fields }) => fields) }).toEqual({ file, records: theirs });
    }
    expect(compared).toBeGreaterThan(1);
  });
});
