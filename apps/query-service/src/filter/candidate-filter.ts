/**
 * A weaker condition on the key alone that finds the records of a lookup without merging or scanning the table. Whatever
 * value a merged record shows, one of its stored rows holds it, together with the spelling that is compared: both have
 * the version of that row. `record_lookups` has an entry for each such value, so a record that meets a condition is
 * among the keys found there, and of an `and` one member suffices. Holds for operators that ask for a value; the merged
 * record is always tested in full again.
 */
import { type FilterOperator, type RecordFieldName } from '@bigdata/models';
import { type SqlParameters } from '../clickhouse/sql-parameters';
import { valueChunks } from '../clickhouse/value-chunks';
import { compileFilter } from './compile-filter';
import { isGroup, isNegation, type NormalizedCondition, type NormalizedFilter } from './normalized-filter';

/** What finds the candidates, the best first. */
export const CANDIDATE_INDEXES = ['record_id', 'email', 'phone', 'name', 'full_name'] as const;
export type CandidateIndex = (typeof CANDIDATE_INDEXES)[number];

type Candidates =
  | { readonly index: 'record_id'; readonly filter: NormalizedCondition }
  | { readonly index: 'email' | 'phone' | 'full_name'; readonly values: readonly string[] }
  | { readonly index: 'name'; readonly first: readonly string[]; readonly last: readonly string[] }
  | { readonly index: 'any'; readonly choices: readonly Candidates[] };

/** True only for records that show one of the values. */
const ASKS_FOR_ONE_OF: ReadonlySet<FilterOperator> = new Set(['eq', 'in']);

/** More pairs of names than this are more than a lookup asks for. */
const NAME_PAIRS_MAX = 1_000;

/** @returns SQL on `dedupe_key`, which may stand before the merge; null when the filter has no selective part */
export function candidateCondition(filter: NormalizedFilter, parameters: SqlParameters): string | null {
  const candidates = candidatesOf(filter);
  return candidates === null ? null : compile(candidates, parameters);
}

/** Which indexes serve the filter; none: the records are scanned. */
export function indexesOf(filter: NormalizedFilter): readonly CandidateIndex[] {
  const candidates = candidatesOf(filter);
  const used = new Set<CandidateIndex>();
  const collect = (part: Candidates): void => {
    if (part.index === 'any') part.choices.forEach(collect);
    else used.add(part.index);
  };
  if (candidates !== null) collect(candidates);
  return CANDIDATE_INDEXES.filter((index) => used.has(index));
}

function candidatesOf(filter: NormalizedFilter): Candidates | null {
  // A record that shows another value may well have a row with the one that is denied.
  if (isNegation(filter)) return null;
  if (!isGroup(filter)) return ofCondition(filter);
  if (filter.op === 'or') {
    const choices = filter.filters.map(candidatesOf).filter((choice) => choice !== null);
    return choices.length === filter.filters.length ? { index: 'any', choices } : null;
  }
  const parts = [...filter.filters.map(candidatesOf), ofNames(filter.filters)].filter(
    (part) => part !== null,
  );
  return parts.toSorted((one, other) => rankOf(one) - rankOf(other))[0] ?? null;
}

function ofCondition(condition: NormalizedCondition): Candidates | null {
  const { field, values } = condition;
  if (field.kind !== 'field' || !ASKS_FOR_ONE_OF.has(condition.op)) return null;
  const { name } = field;
  if (name === 'record_id') return { index: name, filter: condition };
  return name === 'email' || name === 'phone' || name === 'full_name' ? { index: name, values } : null;
}

/** First and last name of one `and`: either alone would find too many. */
function ofNames(members: readonly NormalizedFilter[]): Candidates | null {
  const valuesOf = (name: RecordFieldName): readonly string[] => {
    for (const member of members) {
      if (isGroup(member) || isNegation(member)) continue;
      if (ASKS_FOR_ONE_OF.has(member.op) && member.field.name === name) return member.values;
    }
    return [];
  };
  const [first, last] = [valuesOf('first_name'), valuesOf('last_name')];
  const pairs = first.length * last.length;
  return pairs === 0 || pairs > NAME_PAIRS_MAX ? null : { index: 'name', first, last };
}

function rankOf({ index }: Candidates): number {
  return index === 'any' ? CANDIDATE_INDEXES.length : CANDIDATE_INDEXES.indexOf(index);
}

function compile(candidates: Candidates, parameters: SqlParameters): string {
  switch (candidates.index) {
    case 'any':
      return `(${candidates.choices.map((choice) => compile(choice, parameters)).join(' OR ')})`;
    case 'record_id':
      return compileFilter(candidates.filter, parameters);
    case 'name': {
      const first = eachOf(candidates.first, parameters);
      const last = eachOf(candidates.last, parameters);
      // Two arrayJoins give every pair.
      return keysOf(
        `${hashed('name', `${first}, ${last}`)} OR ${hashed('first_name', first)} OR ${hashed('last_name', last)}`,
      );
    }
    case 'email':
    case 'phone':
    case 'full_name':
      return keysOf(hashed(candidates.index, eachOf(candidates.values, parameters)));
  }
}

function keysOf(condition: string): string {
  return `dedupe_key IN (SELECT dedupe_key FROM record_lookups WHERE ${condition})`;
}

/** A set made by a subquery can use the primary key. */
function hashed(kind: string, values: string): string {
  return `(kind = '${kind}' AND hash IN (SELECT cityHash64(${values})))`;
}

function eachOf(values: readonly string[], parameters: SqlParameters): string {
  const lists = valueChunks(values).map((chunk) => parameters.list('String', chunk));
  return `arrayJoin(${lists.length === 1 ? lists.join('') : `arrayConcat(${lists.join(', ')})`})`;
}
