import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { FILE_FORMATS, peopleText } from './people-files';
import { PEOPLE_COLUMNS, peopleRows } from './people-rows';

const ROWS = 5_000;
const textOf = (format: (typeof FILE_FORMATS)[number], rows = ROWS, seed = 7): string =>
  [...peopleText(format, rows, seed)].join('');

describe('the files of the ingest benchmark', () => {
  it.each(FILE_FORMATS)('are the same on every run for %s, and others for another seed', (format) => {
    expect(textOf(format)).toBe(textOf(format));
    expect(textOf(format)).not.toBe(textOf(format, ROWS, 8));
  });

  it('have rows of about 150 bytes with some quoted companies', () => {
    const csv = textOf('csv');
    expect(Buffer.byteLength(csv) / ROWS).toBeGreaterThan(135);
    expect(Buffer.byteLength(csv) / ROWS).toBeLessThan(165);
    expect(csv).toMatch(/,"[A-Z][a-z]+ [A-Z][a-z]+, Inc\.",/);
  });

  it('have a row in each format for each row of the sequence', () => {
    expect(textOf('csv').trimEnd().split('\n')).toHaveLength(ROWS + 1);
    expect(textOf('ndjson').trimEnd().split('\n')).toHaveLength(ROWS);
    expect(JSON.parse(textOf('json'))).toHaveLength(ROWS);
    expect(textOf('xml').match(/<person>/g)).toHaveLength(ROWS);
  });

  it('say of each person who it is, of some again, and have telephone numbers that are valid', () => {
    const rows = [...peopleRows(7, ROWS)];
    const column = (name: (typeof PEOPLE_COLUMNS)[number], row: readonly string[]): string =>
      row[PEOPLE_COLUMNS.indexOf(name)] ?? '';
    const emails = new Set(rows.map((row) => column('email', row).toLowerCase()));
    expect(emails.size).toBeGreaterThan(ROWS * 0.93);
    expect(emails.size).toBeLessThan(ROWS * 0.97);
    const phones = rows.filter((row) => column('phone', row) !== '' && column('country', row).length === 2);
    const valid = phones.filter((row) =>
      parsePhoneNumberFromString(column('phone', row), column('country', row) as 'US')?.isValid(),
    );
    expect(phones.length).toBeGreaterThan(ROWS * 0.6);
    expect(valid.length / phones.length).toBeGreaterThan(0.97);
  });
});
