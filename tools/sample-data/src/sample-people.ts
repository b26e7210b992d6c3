import { createPerson, type Person } from './person';
import { createRandom, type Random } from './random';
import { COLUMNS, messyCells, plainCells } from './spelling';
import { WELL_KNOWN_PEOPLE } from './well-known-people';

export type SampleOptions = {
  /** Data rows, the header not counted. Default 20,000. */
  readonly rows?: number;
  /** The same seed gives the same file, and a shorter file is the beginning of a longer one. */
  readonly seed?: number;
};

export type SampleCounts = {
  /** Data rows, broken ones included. */
  readonly rows: number;
  /** Rows that cannot be loaded: too many columns, nothing in them, or a cell beyond any sensible length. */
  readonly brokenRows: number;
  /** People in the rows that can be loaded; each has a dedupe key of his or her own. */
  readonly distinctPeople: number;
};

const DEFAULT_ROWS = 20_000;
const DEFAULT_SEED = 1;
const BROKEN_PER_MILLE = 5;
const REPETITIONS_PER_MILLE = 80;

/** Broken rows are about nobody in the file: their people come from far behind the others. */
const BROKEN_ROWS_PEOPLE = 500_000_000;

/** Of the broken rows these have a cell over a mebibyte: enough to test the limit, without filling the file. */
const OVERLONG_BROKEN_ROWS: ReadonlySet<number> = new Set([3, 30]);
const OVERLONG_CHARACTERS = 1_100_000;

/** CSV records, each with its line end; the first is the header. Returns what it made. */
export function* samplePeople({ rows = DEFAULT_ROWS, seed = DEFAULT_SEED }: SampleOptions = {}): Generator<
  string,
  SampleCounts,
  undefined
> {
  // Streams with even numbers are rows, odd ones people: a repeated person is made again instead of remembered.
  const personAt = (index: number): Person =>
    WELL_KNOWN_PEOPLE[index] ?? createPerson(createRandom(seed, index * 2 + 1), index);
  let distinctPeople = 0;
  let brokenRows = 0;

  yield toCsv(COLUMNS);
  for (let row = 0; row < rows; row += 1) {
    const wellKnown = WELL_KNOWN_PEOPLE[row];
    if (wellKnown) {
      distinctPeople += 1;
      yield toCsv(plainCells(wellKnown));
      continue;
    }
    if (row === WELL_KNOWN_PEOPLE.length) {
      yield toCsv(SECOND_JANE);
      continue;
    }
    const random = createRandom(seed, row * 2);
    if (random.chance(BROKEN_PER_MILLE)) {
      brokenRows += 1;
      yield brokenRow(random, personAt(BROKEN_ROWS_PEOPLE + row), brokenRows);
    } else if (random.chance(REPETITIONS_PER_MILLE)) {
      yield toCsv(messyCells(random, personAt(random.below(distinctPeople)), true));
    } else {
      yield toCsv(messyCells(random, personAt(distinctPeople), false));
      distinctPeople += 1;
    }
  }
  return { rows, brokenRows, distinctPeople };
}

/** The best-known person again, as another source would have her. */
const SECOND_JANE = [
  'DOE, JANE',
  'JANE.DOE@EXAMPLE.COM',
  '+1 415-555-0132',
  '',
  '',
  '',
  'San Francisco',
  '',
  '',
  'USA',
  '',
  '',
  '',
  '',
];

/** A row that no loader should take. Its quotes are balanced: an open one would swallow the rest of the file. */
const brokenRow = (random: Random, person: Person, number: number): string => {
  const cells = messyCells(random, person, false);
  if (OVERLONG_BROKEN_ROWS.has(number)) return toCsv(cells.with(-2, 'x'.repeat(OVERLONG_CHARACTERS)));
  return random.chance(500) ? toCsv([...cells, 'unexpected', 'columns']) : toCsv(cells.map(() => ''));
};

const NEEDS_QUOTES = /[",\r\n]/;

const toCsv = (cells: readonly string[]): string => {
  let line = '';
  let separator = '';
  for (const cell of cells) {
    line += separator + (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    separator = ',';
  }
  return `${line}\n`;
};
