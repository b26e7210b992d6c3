import { LABELLED_FILES, type LabelledFile } from '../test-support/labelled-files';
import { type Column, guessColumns, type Sample } from './map-columns';

const sampleOf = ({ headers, rows }: LabelledFile): Sample =>
  headers.map((_, index) => rows.map((row) => row[index] ?? '').filter((cell) => cell !== ''));

const withoutNames = ({ headers }: LabelledFile): string[] =>
  headers.map((_, index) => `column_${index + 1}`);

const MODES = {
  header: (file: LabelledFile) => guessColumns(file.headers, {}),
  values: (file: LabelledFile) => guessColumns(withoutNames(file), {}, sampleOf(file)),
  both: (file: LabelledFile) => guessColumns(file.headers, {}, sampleOf(file)),
};

interface Quality {
  /** Columns that got a field and should have got this one, of those that got one. */
  readonly precision: number;
  /** Columns that got the field that they should have, of those that should have one. */
  readonly recall: number;
  readonly misread: readonly string[];
}

function measure(guess: (file: LabelledFile) => readonly Column[]): Quality {
  const outcomes = LABELLED_FILES.flatMap((file) =>
    guess(file).map(({ field }, index) => {
      const label = file.fields[index] ?? '-';
      return {
        field,
        label: label === '-' ? null : label,
        column: `${file.title}: ${file.headers[index] ?? ''}`,
      };
    }),
  );
  const right = outcomes.filter(({ field, label }) => field !== null && field === label).length;
  return {
    precision: right / outcomes.filter(({ field }) => field !== null).length,
    recall: right / outcomes.filter(({ label }) => label !== null).length,
    misread: outcomes
      .filter(({ field, label }) => field !== label)
      .map(({ column, field, label }) => `${column} is ${label ?? 'no field'}, not ${field ?? 'nothing'}`),
  };
}

test('every column of the labelled files has a label and a cell in every row', () => {
  for (const { title, headers, fields, rows } of LABELLED_FILES) {
    const widths = [fields, ...rows].map((cells) => cells.length);
    expect({ title, widths }).toEqual({ title, widths: widths.map(() => headers.length) });
  }
});

test('headers alone: what they say wrongly is as good as nothing', () => {
  const { precision, recall } = measure(MODES.header);
  expect(precision).toBeGreaterThan(0.97);
  expect(recall).toBeGreaterThan(0.97);
});

test('values alone: half of the columns, and hardly one wrong', () => {
  const { precision, recall } = measure(MODES.values);
  expect(precision).toBeGreaterThan(0.98);
  expect(recall).toBeGreaterThan(0.5);
});

test('headers and values: every column but one swap in a word of four letters', () => {
  expect(measure(MODES.both).misread).toEqual(['Misspelled and shouted headers: CTIY is city, not nothing']);
});
