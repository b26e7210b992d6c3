/**
 * The filter DSL: a tree of `and`, `or`, `not` and conditions. Parsing is by hand rather than by a union of schemas,
 * so that every mistake is reported at its own place with a hint; the result is frozen and is all that the
 * compiler sees.
 */
import { z } from 'zod';
import { closest } from './closest';
import {
  ATTRIBUTE_TYPES,
  type AttributeType,
  FILTER_OPERATORS,
  type FilterOperator,
  OPERATORS_OF_ATTRIBUTE,
  OPERATORS_OF_TYPE,
} from './filter-operators';
import { isRecordFieldName, RECORD_FIELDS, RECORD_FIELD_NAMES, type RecordFieldName } from './record-fields';

/** A record field, or `attributes.<column>` read as text, number or date. */
export type FilterField =
  | { readonly kind: 'field'; readonly name: Exclude<RecordFieldName, 'attributes'> }
  | { readonly kind: 'attribute'; readonly name: string; readonly type: AttributeType };

export interface FilterValue {
  readonly value: string;
  readonly path: FilterPath;
}

export interface FilterCondition {
  readonly op: FilterOperator;
  readonly field: FilterField;
  /** None for `exists`, two for `between`, any number for `in` and `not_in`, one for the others. */
  readonly values: readonly FilterValue[];
  readonly path: FilterPath;
}

export type Filter =
  | { readonly op: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter }
  | FilterCondition;

/** Where in the request a condition or a value stands, so that a later stage can still point at it. */
export type FilterPath = readonly (string | number)[];

export const FILTER_LIMITS = {
  depth: 12,
  conditions: 200,
  valuesPerCondition: 1_000,
  valueChars: 1_024,
} as const;

export const FILTERABLE_FIELDS = RECORD_FIELD_NAMES.filter((name) => name !== 'attributes');
const ATTRIBUTE_PREFIX = 'attributes.';
/** What can be compared, grouped or ordered by is one attribute, not all of them together. */
export const ANY_ATTRIBUTE = `${ATTRIBUTE_PREFIX}<column>`;
export const NAMES_IN_CONDITIONS: readonly string[] = [...FILTERABLE_FIELDS, ANY_ATTRIBUTE];
const BRANCHES = ['and', 'or', 'not'] as const;
const CONDITION_KEYS = ['field', 'op', 'value', 'type'];

interface Issue {
  path: FilterPath;
  message: string;
  hint?: string;
  code?: 'query_too_complex';
}

class FilterParser {
  readonly issues: Issue[] = [];
  private conditions = 0;

  parse(input: unknown, path: FilterPath, depth: number): Filter | null {
    if (depth > FILTER_LIMITS.depth) {
      return this.fail({
        path,
        message: `filters nest at most ${FILTER_LIMITS.depth} deep`,
        code: 'query_too_complex',
      });
    }
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      return this.fail({
        path,
        message: 'a filter is an object',
        hint: 'for example {"field": "country", "op": "eq", "value": "US"}',
      });
    }
    const node: Readonly<Record<string, unknown>> = { ...input };
    const keys = Object.keys(node);
    const branch = BRANCHES.find((op) => keys.includes(op));
    if (branch === undefined) return this.parseCondition(node, keys, path);
    if (keys.length > 1) {
      return this.fail({ path, message: `"${branch}" stands alone in its object, found ${keys.join(', ')}` });
    }
    if (branch !== 'not') return this.parseGroup(branch, node[branch], path, depth);
    const filter = this.parse(node[branch], [...path, branch], depth + 1);
    return filter && Object.freeze({ op: branch, filter });
  }

  private parseGroup(op: 'and' | 'or', members: unknown, path: FilterPath, depth: number): Filter | null {
    if (!Array.isArray(members) || members.length === 0) {
      return this.fail({ path: [...path, op], message: `"${op}" takes a list of at least one filter` });
    }
    const filters: Filter[] = [];
    for (const [index, member] of members.entries()) {
      if (this.conditions > FILTER_LIMITS.conditions) break;
      const filter = this.parse(member, [...path, op, index], depth + 1);
      if (filter) filters.push(filter);
    }
    return Object.freeze({ op, filters: Object.freeze(filters) });
  }

  private parseCondition(
    node: Readonly<Record<string, unknown>>,
    keys: string[],
    path: FilterPath,
  ): Filter | null {
    this.conditions += 1;
    if (this.conditions === FILTER_LIMITS.conditions + 1) {
      return this.fail({
        path,
        message: `a query holds at most ${FILTER_LIMITS.conditions} conditions`,
        code: 'query_too_complex',
      });
    }
    for (const key of keys) {
      if (!CONDITION_KEYS.includes(key)) {
        this.fail({
          path: [...path, key],
          message: 'unknown member',
          ...hintFrom(key, [...BRANCHES, ...CONDITION_KEYS]),
        });
      }
    }
    const field = this.parseField(node['field'], node['type'], node['value'], path);
    const op = this.parseOperator(node['op'], field, [...path, 'op']);
    if (!field || !op) return null;
    if (op === 'exists') return this.parseExists(field, node['value'], path);
    const values = this.parseValues(op, field, node['value'], [...path, 'value']);
    return values && Object.freeze({ op, field, values: Object.freeze(values), path });
  }

  /** `false` asks for the records without a value. */
  private parseExists(field: FilterField, value: unknown = true, path: FilterPath): Filter | null {
    if (typeof value !== 'boolean') {
      return this.fail({
        path: [...path, 'value'],
        message: '"exists" takes no value, or true or false',
      });
    }
    const filter = Object.freeze({ op: 'exists', field, values: Object.freeze([]), path } as const);
    return value ? filter : Object.freeze({ op: 'not', filter });
  }

  private parseField(name: unknown, type: unknown, value: unknown, path: FilterPath): FilterField | null {
    const at = [...path, 'field'];
    if (typeof name !== 'string') return this.fail({ path: at, message: 'a field name is required' });
    if (name.startsWith(ATTRIBUTE_PREFIX) && name.length > ATTRIBUTE_PREFIX.length) {
      const attributeType = this.parseAttributeType(type, value, [...path, 'type']);
      return (
        attributeType &&
        Object.freeze({ kind: 'attribute', name: name.slice(ATTRIBUTE_PREFIX.length), type: attributeType })
      );
    }
    if (type !== undefined) {
      this.fail({
        path: [...path, 'type'],
        message: 'only an attribute takes a type; every other field has one',
      });
    }
    if (isRecordFieldName(name) && name !== 'attributes') return Object.freeze({ kind: 'field', name });
    return this.fail({ path: at, ...unknownField(name, NAMES_IN_CONDITIONS) });
  }

  /** Numbers are compared as numbers without being told. */
  private parseAttributeType(type: unknown, value: unknown, path: FilterPath): AttributeType | null {
    if (type === undefined) {
      const first: unknown = Array.isArray(value) ? value.at(0) : value;
      return typeof first === 'number' ? 'number' : 'text';
    }
    const known = ATTRIBUTE_TYPES.find((candidate) => candidate === type);
    if (known) return known;
    return this.fail({
      path,
      message: `unknown type; allowed: ${ATTRIBUTE_TYPES.join(', ')}`,
      ...(typeof type === 'string' ? hintFrom(type, ATTRIBUTE_TYPES) : {}),
    });
  }

  private parseOperator(input: unknown, field: FilterField | null, path: FilterPath): FilterOperator | null {
    const operator = FILTER_OPERATORS.find((known) => known === input);
    if (!operator) {
      return this.fail({
        path,
        message: `unknown operator; allowed: ${FILTER_OPERATORS.join(', ')}`,
        ...(typeof input === 'string' ? operatorHint(input) : {}),
      });
    }
    const allowed = field ? filterOperators(field) : FILTER_OPERATORS;
    if (allowed.includes(operator)) return operator;
    return this.fail({
      path,
      message: `not an operator of this field; allowed: ${allowed.join(', ')}`,
    });
  }

  private parseValues(
    op: FilterOperator,
    field: FilterField,
    input: unknown,
    path: FilterPath,
  ): FilterValue[] | null {
    if (op !== 'in' && op !== 'not_in' && op !== 'between') {
      const value = this.parseValue(field, input, path);
      return value && [value];
    }
    const [itemsMin, itemsMax] = op === 'between' ? [2, 2] : [1, FILTER_LIMITS.valuesPerCondition];
    if (!isListOf(input, itemsMin, itemsMax)) {
      return this.fail({
        path,
        message:
          op === 'between'
            ? '"between" takes a list of two values, both included'
            : `"${op}" takes a list of ${itemsMin} to ${itemsMax} values`,
      });
    }
    const values: (FilterValue | null)[] = input.map((item, index) =>
      this.parseValue(field, item, [...path, index]),
    );
    return values.every((value) => value !== null) ? values : null;
  }

  private parseValue(field: FilterField, input: unknown, path: FilterPath): FilterValue | null {
    const type = field.kind === 'attribute' ? field.type : null;
    if (typeof input === 'number' && type === 'number') return Object.freeze({ value: String(input), path });
    if (typeof input === 'boolean' && type === 'text') return Object.freeze({ value: String(input), path });
    if (typeof input !== 'string') {
      return this.fail({
        path,
        message: type === 'number' ? 'a number is required' : 'a text value is required',
        ...(typeof input === 'number' ? { hint: `did you mean "${input}"?` } : {}),
      });
    }
    if (input.length > FILTER_LIMITS.valueChars) {
      return this.fail({ path, message: `a value holds at most ${FILTER_LIMITS.valueChars} characters` });
    }
    return Object.freeze({ value: input, path });
  }

  private fail(issue: Issue): null {
    this.issues.push(issue);
    return null;
  }
}

function isListOf(input: unknown, itemsMin: number, itemsMax: number): input is unknown[] {
  return Array.isArray(input) && input.length >= itemsMin && input.length <= itemsMax;
}

/** What other languages call the operators. */
const OTHER_NAMES: Readonly<Record<string, FilterOperator>> = {
  '=': 'eq',
  '==': 'eq',
  equals: 'eq',
  is: 'eq',
  '!=': 'ne',
  '<>': 'ne',
  neq: 'ne',
  not_eq: 'ne',
  nin: 'not_in',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
  starts_with: 'prefix',
  startswith: 'prefix',
  like: 'contains',
  ilike: 'contains',
  includes: 'contains',
  range: 'between',
};

function operatorHint(input: string): { hint?: string } {
  const name = input.toLowerCase().replace(/^\$/, '');
  const known = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
  return known === undefined ? hintFrom(name, FILTER_OPERATORS) : { hint: `did you mean "${known}"?` };
}

function hintFrom(input: string, candidates: readonly string[]): { hint?: string } {
  const nearest = closest(input, candidates);
  return nearest === null ? {} : { hint: `did you mean "${nearest}"?` };
}

/** What is said of a field that is not there, or that the caller's key does not let it see. */
export function unknownField(name: string, allowed: readonly string[]): { message: string; hint?: string } {
  return { message: `unknown field; allowed: ${allowed.join(', ')}`, ...hintFrom(name, allowed) };
}

/**
 * The filter as a zod schema: its output is the frozen tree. Issues carry `params.hint` and, over a bound,
 * `params.problem = 'query_too_complex'`.
 */
export const filterSchema = z
  .unknown()
  .transform((input, context): Filter => {
    const parser = new FilterParser();
    const filter = parser.parse(input, [], 1);
    for (const { path, message, hint, code } of parser.issues) {
      context.addIssue({ code: 'custom', path: [...path], message, params: { hint, problem: code } });
    }
    return filter && parser.issues.length === 0 ? filter : z.NEVER;
  })
  .meta({ id: 'Filter' });

export function filterOperators(field: FilterField): readonly FilterOperator[] {
  return field.kind === 'attribute'
    ? OPERATORS_OF_ATTRIBUTE[field.type]
    : OPERATORS_OF_TYPE[RECORD_FIELDS[field.name].type];
}
