/** The mapping that the creator of a job asked for. Pure. */
import { isRecordFieldName, type RecordFieldName } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';
import { headerText } from './header-text';

/** Headers shown in an error are cut: a file without a header would otherwise fill it with a row. */
const SHOWN_HEADERS = 20;
const SHOWN_CHARS = 60;

/**
 * @param names of the columns, made unique
 * @param explicit header → field; headers are compared without case, accents and punctuation where none is exact
 * @returns index of the column → field
 * @throws JobFailure `invalid_mapping`
 */
export function explicitMapping(
  names: readonly string[],
  explicit: Readonly<Record<string, string>>,
): ReadonlyMap<number, RecordFieldName> {
  const fields = new Map<number, RecordFieldName>();
  const taken = new Set<RecordFieldName>();
  for (const [header, field] of Object.entries(explicit)) {
    const index = findColumn(names, header);
    if (index === -1) {
      throw new JobFailure(
        'invalid_mapping',
        `The mapping names the column ${showHeader(header)}, which the file does not have. Its columns are: ${listHeaders(names)}.`,
      );
    }
    if (!isRecordFieldName(field)) {
      throw new JobFailure('invalid_mapping', `The mapping names the unknown field ${showHeader(field)}.`);
    }
    if (taken.has(field) || fields.has(index)) {
      throw new JobFailure(
        'invalid_mapping',
        `The mapping uses the field ${field} or the column ${showHeader(header)} twice.`,
      );
    }
    fields.set(index, field);
    taken.add(field);
  }
  return fields;
}

function findColumn(names: readonly string[], header: string): number {
  const exact = names.indexOf(header.trim());
  return exact === -1 ? names.findIndex((name) => headerText(name) === headerText(header)) : exact;
}

function showHeader(text: string): string {
  return `"${text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text}"`;
}

/** At most twenty names, for an error. */
export function listHeaders(names: readonly string[]): string {
  const more = names.length > SHOWN_HEADERS ? ` and ${names.length - SHOWN_HEADERS} more` : '';
  return names.slice(0, SHOWN_HEADERS).map(showHeader).join(', ') + more;
}
