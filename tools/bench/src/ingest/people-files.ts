/** The rows of people as files of each format. A file's content depends on format, rows and seed alone. */
import { open } from 'node:fs/promises';
import { PEOPLE_COLUMNS, type PeopleRow, peopleRows } from './people-rows';

export const FILE_FORMATS = ['csv', 'ndjson', 'json', 'xml'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

type Writer = {
  readonly head: string;
  readonly row: (cells: PeopleRow) => string;
  readonly between: string;
  readonly foot: string;
};

const NEEDS_QUOTES = /[",\r\n]/;

const csvRow = (cells: PeopleRow): string =>
  `${cells.map((cell) => (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;

/** Empty cells are left out, as programs that write JSON and XML do. */
const filled = (cells: PeopleRow): [name: string, value: string][] =>
  PEOPLE_COLUMNS.flatMap((name, column): [string, string][] =>
    cells[column] ? [[name, cells[column]]] : [],
  );

const jsonRow = (cells: PeopleRow): string => JSON.stringify(Object.fromEntries(filled(cells)));

const xmlRow = (cells: PeopleRow): string =>
  `  <person>${filled(cells)
    .map(([name, value]) => `<${name}>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`)
    .join('')}</person>\n`;

const WRITERS: Readonly<Record<FileFormat, Writer>> = {
  csv: { head: `${PEOPLE_COLUMNS.join(',')}\n`, row: csvRow, between: '', foot: '' },
  ndjson: { head: '', row: (cells) => `${jsonRow(cells)}\n`, between: '', foot: '' },
  json: { head: '[\n', row: jsonRow, between: ',\n', foot: '\n]\n' },
  xml: {
    head: '<?xml version="1.0" encoding="UTF-8"?>\n<people>\n',
    row: xmlRow,
    between: '',
    foot: '</people>\n',
  },
};

const CHUNK_CHARS = 1_048_576;

/** The file's text in chunks. */
export function* peopleText(
  format: FileFormat,
  rows: number,
  seed: number,
): Generator<string, void, undefined> {
  const { head, row, between, foot } = WRITERS[format];
  let chunk = head;
  let isFirst = true;
  for (const cells of peopleRows(seed, rows)) {
    chunk += isFirst ? row(cells) : between + row(cells);
    isFirst = false;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk + foot;
}

/** @returns the file's bytes; they are on the disk, so that writing them back does not run into a measurement */
export const writePeopleFile = async (
  file: string,
  format: FileFormat,
  rows: number,
  seed: number,
): Promise<number> => {
  const handle = await open(file, 'w');
  try {
    let bytes = 0;
    for (const chunk of peopleText(format, rows, seed)) {
      const buffer = Buffer.from(chunk);
      await handle.writeFile(buffer);
      bytes += buffer.length;
    }
    await handle.sync();
    return bytes;
  } finally {
    await handle.close();
  }
};
