/** Every value of a filter through the normalisation of the data; what does not pass is reported at its place. */
import {
  AppError,
  type Filter,
  type FilterCondition,
  type FilterField,
  type FilterPath,
  type ProblemDetailError,
} from '@bigdata/models';
import { toPointer } from '@bigdata/platform';
import { normalizeValue, type ValueContext } from './normalize-value';
import { type NormalizedCondition, type NormalizedFilter } from './normalized-filter';

/** Where the filter stands in the request. */
const PREFIX: FilterPath = ['where'];
const ATTRIBUTE_NAME_CHARS_MAX = 512;
/** As many as the validation of shapes reports. */
const ERRORS_MAX = 50;

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
    return condition(node, context);
  };

  const condition = (node: FilterCondition, context: ValueContext): NormalizedCondition => {
    const values = new Set<string>();
    const raw = node.op === 'eq' ? [[node.value, node.path] as const] : listed(node.value, node.path);
    for (const [value, path] of raw) {
      const result = normalizeValue(node.field, value, context);
      if (result.ok) values.add(result.value);
      else report(path, result.detail, result.hint);
    }
    return Object.freeze({ op: node.op, field: field(node), values: Object.freeze([...values]) });
  };

  const field = (node: FilterCondition): FilterField => {
    if (node.field.kind === 'field') return node.field;
    const name = node.field.name.trim();
    if (name !== '' && name.length <= ATTRIBUTE_NAME_CHARS_MAX)
      return Object.freeze({ kind: 'attribute', name });
    report([...node.path.slice(0, -1), 'field'], 'the name of the attribute is empty or too long');
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

function listed(values: readonly string[], path: FilterPath): (readonly [string, FilterPath])[] {
  return values.map((value, index) => [value, [...path, index]]);
}

/** The country that an equality of this very `and` demands, or else the one of an enclosing `and`. */
function countryOf(
  group: Extract<Filter, { filters: unknown }>,
  context: ValueContext,
): ValueContext['country'] {
  for (const member of group.filters) {
    if ('filters' in member || member.op !== 'eq') continue;
    if (member.field.kind !== 'field' || member.field.name !== 'country') continue;
    const country = normalizeValue(member.field, member.value, context);
    if (country.ok) return country.value;
  }
  return context.country;
}
