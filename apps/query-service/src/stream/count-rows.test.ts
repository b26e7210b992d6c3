import fc from 'fast-check';
import { countCsvRows, countLines, type RowCounter } from './count-rows';

const cell = fc.string({ unit: fc.constantFrom('a', '"', '\n', '\r', ',', 'é') });
const rowsOfCells = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',') + '\r\n').join('');
const toLines = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `${JSON.stringify(cells)}\n`).join('');

function countInPieces(counter: RowCounter, text: string, pieceBytes: number): number {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) counter.add(bytes.subarray(at, at + pieceBytes));
  return counter.rows();
}

test('rows of CSV are counted whatever their cells hold and however the bytes are cut', () => {
  fc.assert(
    fc.property(rowsOfCells, fc.integer({ min: 1, max: 20 }), (rows, pieceBytes) => {
      const csv = toCsv([['header', 'with\na line feed'], ...rows]);
      expect(countInPieces(countCsvRows(), csv, pieceBytes)).toBe(rows.length);
    }),
  );
});

test('JSON lines are counted whatever their values hold and however the bytes are cut', () => {
  fc.assert(
    fc.property(rowsOfCells, fc.integer({ min: 1, max: 20 }), (rows, pieceBytes) => {
      expect(countInPieces(countLines(), toLines(rows), pieceBytes)).toBe(rows.length);
    }),
  );
});

test('nothing at all is no row', () => {
  expect(countCsvRows().rows()).toBe(0);
  expect(countLines().rows()).toBe(0);
});
