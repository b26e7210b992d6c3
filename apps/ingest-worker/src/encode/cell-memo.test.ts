import fc from 'fast-check';
import { rememberingCells } from './cell-memo';

/** Few letters and lengths around the longest cell that is remembered, so that cells come again and share places. */
const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('a', 'é'), minLength: 37, maxLength: 42 }),
  fc.nat({ max: 20_000 }).map(String),
);

test('whatever came before, a cell gives what the function makes of it', () => {
  const remembered = rememberingCells((text) => `<${text}>`);
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 2_000 }), (cells) => {
      const bytes = Buffer.from(cells.join(''));
      let at = 0;
      for (const text of cells) {
        const end = at + Buffer.byteLength(text);
        expect(remembered(bytes, at, end)).toBe(`<${text}>`);
        at = end;
      }
    }),
    { numRuns: 30 },
  );
});

test('a cell that comes again is not made again', () => {
  const made: string[] = [];
  const remembered = rememberingCells((text) => {
    made.push(text);
    return text;
  });
  for (const text of ['Zürich', 'Paris', 'Zürich', 'Paris', 'Zürich']) {
    const bytes = Buffer.from(`,${text},`);
    remembered(bytes, 1, bytes.length - 1);
  }
  expect(made).toEqual(['Zürich', 'Paris']);
});
