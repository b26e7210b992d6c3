/** The same people in every format that is loaded. */
import { COLUMNS, type Person } from './people';

type People = readonly Person[];

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

export function toCsv(people: People, delimiter = ','): string {
  const cell = (text: string): string =>
    text.includes(delimiter) || /["\r\n]/.test(text) ? quoted(text) : text;
  const lines = people.map((person) => COLUMNS.map((column) => cell(person[column])).join(delimiter));
  return `${[COLUMNS.join(delimiter), ...lines].join('\n')}\n`;
}

const toNdjson = (people: People): string => people.map((person) => `${JSON.stringify(person)}\n`).join('');

const NESTED = (people: People) => ({
  export: { version: 3, columns: COLUMNS },
  answer: { total: people.length, people },
});

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function toXml(people: People): string {
  const person = (row: Person): string =>
    `<person>${COLUMNS.map((column) => `<${column}>${escaped(row[column])}</${column}>`).join('')}</person>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<people>\n${people.map(person).join('')}</people>\n`;
}

/** Of the characters beyond Latin-1 the people have only the euro sign. */
function toWindows1252(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = text.indexOf('€'); at !== -1; at = text.indexOf('€', at + 1)) bytes[at] = 0x80;
  return bytes;
}

export interface FileFormat {
  readonly name: string;
  readonly extension: string;
  /** As the job shows it. */
  readonly format: 'csv' | 'ndjson' | 'json' | 'xml';
  readonly write: (people: People) => Buffer;
}

export const FILE_FORMATS: readonly FileFormat[] = [
  { name: 'CSV', extension: 'csv', format: 'csv', write: (people) => Buffer.from(toCsv(people)) },
  {
    name: 'TSV in UTF-16 with its mark',
    extension: 'tsv',
    format: 'csv',
    write: (people) => Buffer.from(`\uFEFF${toCsv(people, '\t')}`, 'utf16le'),
  },
  {
    name: 'CSV with semicolons in Windows-1252',
    extension: 'semicolon.csv',
    format: 'csv',
    write: (people) => toWindows1252(toCsv(people, ';')),
  },
  { name: 'NDJSON', extension: 'ndjson', format: 'ndjson', write: (people) => Buffer.from(toNdjson(people)) },
  {
    name: 'an array in JSON',
    extension: 'json',
    format: 'json',
    write: (people) => Buffer.from(JSON.stringify(people)),
  },
  {
    name: 'an array deep in JSON',
    extension: 'nested.json',
    format: 'json',
    write: (people) => Buffer.from(JSON.stringify(NESTED(people), null, 1)),
  },
  { name: 'XML', extension: 'xml', format: 'xml', write: (people) => Buffer.from(toXml(people)) },
];
