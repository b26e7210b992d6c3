import { MAPPABLE_FIELDS } from '@bigdata/models';
import fc from 'fast-check';
import { LABELLED_FILES } from '../test-support/labelled-files';
import { guessColumns } from './map-columns';

const COLUMNS = LABELLED_FILES.flatMap(({ headers, rows }) =>
  headers.map((header, index) => ({
    header,
    values: rows.map((row) => row[index] ?? '').filter((cell) => cell !== ''),
  })),
);

const column = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...COLUMNS) },
  {
    weight: 1,
    arbitrary: fc.record({ header: fc.string(), values: fc.array(fc.string(), { maxLength: 8 }) }),
  },
);
/** Headers without column_<n> and repetitions, whose names depend on their place. */
const columns = fc.uniqueArray(column, {
  minLength: 1,
  maxLength: 12,
  selector: ({ header }) => header.trim().toLowerCase() || '?',
});
type Columns = readonly (typeof COLUMNS)[number][];

const guess = (given: Columns, explicit: Record<string, string> = {}) =>
  guessColumns(
    given.map(({ header }) => header),
    explicit,
    given.map(({ values }) => values),
  );

test('no two columns get one field, every column is answered, and confidence agrees with the field', () => {
  fc.assert(
    fc.property(columns, (given) => {
      const answer = guess(given);
      const fields = answer.map(({ field }) => field).filter((field) => field !== null);
      expect(answer).toHaveLength(given.length);
      expect(new Set(fields).size).toBe(fields.length);
      for (const { field, confidence, reason } of answer) {
        expect(field === null).toBe(reason === 'none');
        expect(confidence >= (field === null ? 0 : 0.5) && confidence <= (field === null ? 0 : 1)).toBe(true);
      }
    }),
  );
});

test('what is asked for is given with full confidence, whatever header and values say', () => {
  fc.assert(
    fc.property(columns, fc.nat(), fc.constantFrom(...MAPPABLE_FIELDS), (given, place, field) => {
      const asked = given[place % given.length];
      const name = asked?.header.trim() ?? '';
      fc.pre(name !== '');
      expect(guess(given, { [name]: field })[place % given.length]).toEqual({
        name,
        field,
        confidence: 1,
        reason: 'mapping',
      });
    }),
  );
});

test('the order of the columns decides nothing but ties', () => {
  const shuffled = columns.chain((given) =>
    fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
  );
  fc.assert(
    fc.property(shuffled, ([given, other]) => {
      fc.pre(given.every(({ header }) => header.trim() !== ''));
      const fieldsOf = (order: Columns) =>
        guess(order)
          .flatMap(({ field }) => field ?? [])
          .sort();
      expect(fieldsOf(other)).toEqual(fieldsOf(given));
    }),
  );
});

test('the same file maps alike in every try', () => {
  fc.assert(fc.property(columns, (given) => expect(guess(given)).toEqual(guess(given))));
});
