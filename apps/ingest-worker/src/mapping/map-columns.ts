/**
 * Which column of the file fills which field of a record. Pure: the same names, mapping and sample give the same answer,
 * so that every try of a job maps alike. No two columns get one field.
 */
import { type RecordFieldName } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';
import { explicitMapping, listHeaders } from './explicit-mapping';
import { type HeaderReading, readColumnHeader } from './read-column-header';
import { columnNames } from './header-text';
import { type ValueEvidence, valueEvidence } from './value-evidence';
import { contradicts, type Guess, weighEvidence } from './weigh-evidence';

export interface Column {
  /** As in the file, made unique: the name of the attribute when the column maps to no field. */
  readonly name: string;
  readonly field: RecordFieldName | null;
  /** 0 … 1: 1 for what the job's creator asked, 0 for a column without a field. */
  readonly confidence: number;
  readonly reason: 'mapping' | Guess['reason'] | 'none';
}

/** Per column up to 200 cells that are not empty; the rest is not read. */
export type Sample = readonly (readonly string[])[];

export interface MappingHints {
  /** ISO 3166-1 alpha-2 of the job: reads the national phone numbers of the sample. */
  readonly country?: string | null;
}

/**
 * @param explicit header → field, as the job's creator asked; goes before everything that is guessed
 * @param sample values by column; without it the headers alone decide
 * @throws JobFailure `no_mappable_columns` or `invalid_mapping`
 */
export function mapColumns(
  headers: readonly string[],
  explicit: Readonly<Record<string, string>>,
  sample?: Sample,
  hints: MappingHints = {},
): readonly Column[] {
  const columns = guessColumns(headers, explicit, sample, hints);
  if (columns.every(({ field }) => field === null)) {
    throw new JobFailure(
      'no_mappable_columns',
      `No column could be mapped to a field. Give the file a header row, or a mapping. The first row reads: ${listHeaders(columns.map(({ name }) => name))}.`,
    );
  }
  return columns;
}

/** As `mapColumns`, but a file of which nothing maps is an answer too. @throws JobFailure `invalid_mapping` */
export function guessColumns(
  headers: readonly string[],
  explicit: Readonly<Record<string, string>>,
  sample?: Sample,
  { country = null }: MappingHints = {},
): readonly Column[] {
  const names = columnNames(headers);
  const asked = explicitMapping(names, explicit);
  const columns = names.map((name, index): Evidence => {
    const header = readColumnHeader(name);
    const values = sample?.[index];
    return { header, values: values ? valueEvidence(values, country) : null };
  });
  const guesses = columns.map(({ header, values }, index) =>
    asked.has(index) ? null : weighEvidence(header, values),
  );
  const bareField = nameFieldBeside([...asked.values(), ...guesses.flatMap(fieldByHeader)]);
  const fullest = Math.max(0, ...columns.map(({ values }) => values?.filled ?? 0));
  const candidates = columns.flatMap((evidence, index) => {
    const guess = asked.has(index)
      ? null
      : better(guesses[index] ?? null, bareNameGuess(evidence, bareField));
    const yields = isSparse(evidence.values, fullest) ? SPARSE_YIELDS : 0;
    return guess === null ? [] : [{ index, guess, rank: guess.confidence - yields }];
  });

  const result = names.map<Column>((name) => ({ name, field: null, confidence: 0, reason: 'none' }));
  const taken = new Set<RecordFieldName>();
  const assign = (index: number, column: Omit<Column, 'name'>): void => {
    result[index] = { name: names[index] ?? '', ...column };
    if (column.field !== null) taken.add(column.field);
  };
  for (const [index, field] of asked) assign(index, { field, confidence: 1, reason: 'mapping' });
  for (const { index, guess } of candidates.sort((a, b) => b.rank - a.rank || a.index - b.index)) {
    if (!taken.has(guess.field)) assign(index, toColumn(guess));
  }
  return result;
}

interface Evidence {
  readonly header: HeaderReading;
  readonly values: ValueEvidence | null;
}

function toColumn({ field, confidence, reason }: Guess): Omit<Column, 'name'> {
  return { field, confidence: Math.round(confidence * 100) / 100, reason };
}

function better(a: Guess | null, b: Guess | null): Guess | null {
  if (a === null || b === null) return a ?? b;
  return b.confidence > a.confidence ? b : a;
}

const fieldByHeader = (guess: Guess | null): readonly RecordFieldName[] =>
  guess === null || guess.reason === 'values' ? [] : [guess.field];

/** "Name" beside first names is the family name, beside family names the given name, else the whole name. */
function nameFieldBeside(fields: readonly RecordFieldName[]): RecordFieldName {
  const hasFirst = fields.includes('first_name');
  const hasLast = fields.includes('last_name');
  if (hasFirst === hasLast) return 'full_name';
  return hasFirst ? 'last_name' : 'first_name';
}

const BARE_NAME = 0.9;
/** From this share of organisations on, "Name" heads a list of companies. */
const MANY_ORGANISATIONS = 0.5;
const ORGANISATIONS_MIN = 5;

function bareNameGuess({ header, values }: Evidence, field: RecordFieldName): Guess | null {
  if (!header.bareName || (values !== null && contradicts(field, values))) return null;
  const isCompany =
    field === 'full_name' &&
    values !== null &&
    values.filled >= ORGANISATIONS_MIN &&
    values.organisations >= MANY_ORGANISATIONS;
  return isCompany
    ? { field: 'company', confidence: 0.7, reason: 'values' }
    : { field, confidence: BARE_NAME, reason: 'header' };
}

/** A column that is nearly always empty yields to a full one of the same meaning. */
const SPARSE = 0.2;
const SPARSE_YIELDS = 0.12;

function isSparse(values: ValueEvidence | null, fullest: number): boolean {
  return values !== null && values.filled < fullest * SPARSE;
}
