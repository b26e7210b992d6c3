/** Every value of a filter through the normalisation of the data; what does not pass is reported at its place. */
import {
  AppError,
  type Filter,
  type FilterCondition,
  type FilterField,
  type FilterOperator,
  type FilterPath,
  type ProblemDetailError,
} from '@bigdata/models';
import { toPointer } from '@bigdata/platform';
import { normalizeBound, normalizePart } from './normalize-part';
import { normalizeValue, type ValueContext, type ValueNormalizer } from './normalize-value';
import { type NormalizedCondition, type NormalizedFilter } from './normalized-filter';

/** Where the filter stands in the request. */
const PREFIX: FilterPath = ['where'];
const ATTRIBUTE_NAME_CHARS_MAX = 512;
/** As many as the validation of shapes reports. */
const ERRORS_MAX = 50;

/** Whole values are those of records; bounds and parts need not be. */
const NORMALIZERS: Readonly<Record<FilterOperator, ValueNormalizer>> = {
  eq: normalizeValue,
  ne: normalizeValue,
  in: normalizeValue,
  not_in: normalizeValue,
  lt: normalizeBound,
  lte: normalizeBound,
  gt: normalizeBound,
  gte: normalizeBound,
  between: normalizeBound,
  prefix: (field, raw, context) => normalizePart(field, raw, context, 'start'),
  contains: (field, raw, context) => normalizePart(field, raw, context, 'anywhere'),
  exists: normalizeValue,
};

/**
 * @param today YYYY-MM-DD
 * @throws AppError `invalid_request` that points at every value that is none of its field's type
 */
export function normalizeFilter(filter: Filter, { today }: { today: string }): NormalizedFilter {
  const errors: ProblemDetailError[] = [];
  const report = (path: FilterPath, detail: string, hint?: string): void => {
    const pointer = toPointer([...PREFIX, ...path]);
    errors.push({ pointer, detail, ...(hint === undefined ? {} : { hint }) });
  };

  const walk = (node: Filter, context: ValueContext): NormalizedFilter => {
    if ('filters' in node) {
      const inside = node.op === 'and' ? { ...context, country: countryOf(node, context) } : context;
      return Object.freeze({
        op: node.op,
        filters: Object.freeze(node.filters.map((member) => walk(member, inside))),
      });
    }
    if ('filter' in node) return Object.freeze({ op: node.op, filter: walk(node.filter, context) });
    return condition(node, context);
  };

  const condition = (node: FilterCondition, context: ValueContext): NormalizedCondition => {
    const normalize = NORMALIZERS[node.op];
    const values: string[] = [];
    for (const { value, path } of node.values) {
      const result = normalize(node.field, value, context);
      if (result.ok) values.push(result.value);
      else report(path, result.detail, result.hint);
    }
    const isRange = node.op === 'between';
    if (isRange && isReversed(node.field, values)) {
      report([...node.path, 'value'], 'the first value is greater than the second: nothing lies between');
    }
    return Object.freeze({
      op: node.op,
      field: field(node),
      values: Object.freeze(isRange ? values : [...new Set(values)]),
    });
  };

  const field = (node: FilterCondition): FilterField => {
    if (node.field.kind === 'field') return node.field;
    const name = node.field.name.trim();
    if (name !== '' && name.length <= ATTRIBUTE_NAME_CHARS_MAX) return Object.freeze({ ...node.field, name });
    report([...node.path, 'field'], 'the name of the attribute is empty or too long');
    return node.field;
  };

  const normalized = walk(filter, { country: undefined, today });
  const [first] = errors;
  if (first === undefined) return normalized;
  throw new AppError('invalid_request', {
    detail: `${first.pointer}: ${first.detail}`,
    errors: errors.slice(0, ERRORS_MAX),
  });
}

function isReversed(field: FilterField, [from, to]: readonly string[]): boolean {
  if (from === undefined || to === undefined) return false;
  if (field.kind === 'attribute' && field.type === 'number') return Number(from) > Number(to);
  // As ClickHouse compares texts.
  return Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0;
}

/** The country that an equality of this very `and` demands, or else the one of an enclosing `and`. */
function countryOf(
  group: Extract<Filter, { filters: unknown }>,
  context: ValueContext,
): ValueContext['country'] {
  for (const member of group.filters) {
    if (member.op !== 'eq') continue;
    if (member.field.kind !== 'field' || member.field.name !== 'country') continue;
    const [asked] = member.values;
    const country = asked && normalizeValue(member.field, asked.value, context);
    if (country?.ok) return country.value;
  }
  return context.country;
}
