/** Which column of the file fills which field of a record. Pure: the same header gives the same mapping. */
import { isRecordFieldName, type RecordFieldName } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';
import { columnNames, headerText } from './header-text';
import { NAME_WORDS, SYNONYMS } from './synonyms';

export interface Column {
  /** As in the file, made unique: the name of the attribute when the column maps to no field. */
  readonly name: string;
  readonly field: RecordFieldName | null;
}

/** Header word → field and how well it names it, from 0, the best. */
const WORDS: ReadonlyMap<string, { readonly field: RecordFieldName; readonly rank: number }> = new Map(
  Object.entries(SYNONYMS).flatMap(([field, synonyms]) =>
    synonyms.map((word, rank) => [headerText(word), { field: field as RecordFieldName, rank }] as const),
  ),
);

const WHOLE_OR_PART: ReadonlySet<string> = new Set(NAME_WORDS.map(headerText));

/** Headers shown in an error are cut: a file without a header would otherwise fill it with a row. */
const SHOWN_HEADERS = 20;
const SHOWN_CHARS = 60;

/**
 * @param explicit header → field, as the job's creator asked; goes before everything that is guessed
 * @throws JobFailure `no_mappable_columns` or `invalid_mapping`
 */
export function mapColumns(
  headers: readonly string[],
  explicit: Readonly<Record<string, string>>,
): readonly Column[] {
  const names = columnNames(headers);
  const taken = new Map<RecordFieldName, number>();
  const fields = Array<RecordFieldName | null>(names.length).fill(null);
  const assign = (index: number, field: RecordFieldName): void => {
    fields[index] = field;
    taken.set(field, index);
  };

  for (const [header, field] of Object.entries(explicit)) {
    const index = findColumn(names, header);
    if (index === -1) {
      throw new JobFailure(
        'invalid_mapping',
        `The mapping names the column ${show(header)}, which the file does not have. Its columns are: ${list(names)}.`,
      );
    }
    if (!isRecordFieldName(field)) {
      throw new JobFailure('invalid_mapping', `The mapping names the unknown field ${show(field)}.`);
    }
    if (taken.has(field) || fields[index] !== null) {
      throw new JobFailure(
        'invalid_mapping',
        `The mapping uses the field ${field} or the column ${show(header)} twice.`,
      );
    }
    assign(index, field);
  }

  const texts = names.map(headerText);
  const guesses = texts
    .map((text, index) => ({ index, guess: WORDS.get(text) }))
    .filter(({ index, guess }) => guess !== undefined && fields[index] === null)
    .sort((a, b) => (a.guess?.rank ?? 0) - (b.guess?.rank ?? 0) || a.index - b.index);
  for (const { index, guess } of guesses) {
    if (guess && !taken.has(guess.field)) assign(index, guess.field);
  }

  const nameColumn = texts.findIndex((text, index) => fields[index] === null && WHOLE_OR_PART.has(text));
  const nameField = nameFieldBeside(taken);
  if (nameColumn !== -1 && !taken.has(nameField)) assign(nameColumn, nameField);

  if (taken.size === 0) {
    throw new JobFailure(
      'no_mappable_columns',
      `No column could be mapped to a field. Give the file a header row, or a mapping. The first row reads: ${list(names)}.`,
    );
  }
  return names.map((name, index) => ({ name, field: fields[index] ?? null }));
}

function nameFieldBeside(taken: ReadonlyMap<RecordFieldName, number>): RecordFieldName {
  const hasFirst = taken.has('first_name');
  const hasLast = taken.has('last_name');
  if (hasFirst === hasLast) return 'full_name';
  return hasFirst ? 'last_name' : 'first_name';
}

function findColumn(names: readonly string[], header: string): number {
  const exact = names.indexOf(header.trim());
  return exact === -1 ? names.findIndex((name) => headerText(name) === headerText(header)) : exact;
}

function show(text: string): string {
  return `"${text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text}"`;
}

function list(names: readonly string[]): string {
  const more = names.length > SHOWN_HEADERS ? ` and ${names.length - SHOWN_HEADERS} more` : '';
  return names.slice(0, SHOWN_HEADERS).map(show).join(', ') + more;
}
