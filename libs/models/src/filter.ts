/**
 * The filter DSL: a tree of `and`, `or` and conditions. Parsing is by hand rather than by a union of schemas,
 * so that every mistake is reported at its own place with a hint; the result is frozen and is all that the
 * compiler sees.
 */
import { z } from 'zod';
import { closest } from './closest';
import { isRecordFieldName, RECORD_FIELDS, RECORD_FIELD_NAMES, type RecordFieldName } from './record-fields';

export const FILTER_OPERATORS = ['eq', 'in'] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** A record field, or `attributes.<column>`. */
export type FilterField =
  | { readonly kind: 'field'; readonly name: Exclude<RecordFieldName, 'attributes'> }
  | { readonly kind: 'attribute'; readonly name: string };

export type FilterCondition =
  | { readonly op: 'eq'; readonly field: FilterField; readonly value: string; readonly path: FilterPath }
  | {
      readonly op: 'in';
      readonly field: FilterField;
      readonly value: readonly string[];
      readonly path: FilterPath;
    };

export type Filter = { readonly op: 'and' | 'or'; readonly filters: readonly Filter[] } | FilterCondition;

/** Where in the request a condition stands, so that a later stage can still point at it. */
export type FilterPath = readonly (string | number)[];

export const FILTER_LIMITS = {
  depth: 12,
  conditions: 200,
  valuesPerCondition: 1_000,
  valueChars: 1_024,
} as const;

const FILTERABLE_FIELDS = RECORD_FIELD_NAMES.filter((name) => name !== 'attributes');
const ATTRIBUTE_PREFIX = 'attributes.';
const CONDITION_KEYS = ['field', 'op', 'value'];

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
    const node = input as Record<string, unknown>;
    const keys = Object.keys(node);
    if (keys.includes('and') || keys.includes('or')) return this.parseGroup(node, keys, path, depth);
    return this.parseCondition(node, keys, path);
  }

  private parseGroup(
    node: Record<string, unknown>,
    keys: string[],
    path: FilterPath,
    depth: number,
  ): Filter | null {
    const op = keys.includes('and') ? 'and' : 'or';
    const members = node[op];
    if (keys.length > 1) {
      return this.fail({ path, message: `"${op}" stands alone in its object, found ${keys.join(', ')}` });
    }
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
    node: Record<string, unknown>,
    keys: string[],
    path: FilterPath,
  ): FilterCondition | null {
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
          ...hintFrom(key, ['and', 'or', ...CONDITION_KEYS]),
        });
      }
    }
    const field = this.parseField(node['field'], [...path, 'field']);
    const op = this.parseOperator(node['op'], [...path, 'op']);
    if (!field || !op) return null;
    const at = [...path, 'value'];
    if (op === 'eq') {
      const value = this.parseValue(node['value'], at);
      return value === null ? null : Object.freeze({ op, field, value, path: at });
    }
    const list = node['value'];
    if (!Array.isArray(list) || list.length === 0 || list.length > FILTER_LIMITS.valuesPerCondition) {
      return this.fail({
        path: at,
        message: `"in" takes a list of 1 to ${FILTER_LIMITS.valuesPerCondition} values`,
      });
    }
    const values = list.map((item, index) => this.parseValue(item, [...at, index]));
    if (values.includes(null)) return null;
    return Object.freeze({ op, field, value: Object.freeze(values as string[]), path: at });
  }

  private parseField(input: unknown, path: FilterPath): FilterField | null {
    if (typeof input !== 'string') return this.fail({ path, message: 'a field name is required' });
    if (input.startsWith(ATTRIBUTE_PREFIX) && input.length > ATTRIBUTE_PREFIX.length) {
      return Object.freeze({ kind: 'attribute', name: input.slice(ATTRIBUTE_PREFIX.length) });
    }
    if (isRecordFieldName(input) && input !== 'attributes')
      return Object.freeze({ kind: 'field', name: input });
    return this.fail({
      path,
      message: `unknown field; allowed: ${FILTERABLE_FIELDS.join(', ')}, attributes.<column>`,
      ...hintFrom(input, FILTERABLE_FIELDS),
    });
  }

  private parseOperator(input: unknown, path: FilterPath): FilterOperator | null {
    const operator = FILTER_OPERATORS.find((known) => known === input);
    if (operator) return operator;
    return this.fail({
      path,
      message: `unknown operator; allowed: ${FILTER_OPERATORS.join(', ')}`,
      ...(typeof input === 'string' ? hintFrom(input, FILTER_OPERATORS) : {}),
    });
  }

  private parseValue(input: unknown, path: FilterPath): string | null {
    if (typeof input !== 'string') return this.fail({ path, message: 'a text value is required' });
    if (input.length > FILTER_LIMITS.valueChars) {
      return this.fail({ path, message: `a value holds at most ${FILTER_LIMITS.valueChars} characters` });
    }
    return input;
  }

  private fail(issue: Issue): null {
    this.issues.push(issue);
    return null;
  }
}

function hintFrom(input: string, candidates: readonly string[]): { hint?: string } {
  const nearest = closest(input, candidates);
  return nearest === null ? {} : { hint: `did you mean "${nearest}"?` };
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

/** The same language as JSON Schema, for the API description. */
export const FILTER_JSON_SCHEMA = {
  description: `A condition, or conditions joined by and/or, nested at most ${FILTER_LIMITS.depth} deep.`,
  oneOf: [
    {
      type: 'object',
      title: 'Condition',
      additionalProperties: false,
      required: ['field', 'op', 'value'],
      properties: {
        field: {
          type: 'string',
          description: `One of ${FILTERABLE_FIELDS.join(', ')}, or attributes.<column>`,
          examples: ['email', 'country', 'attributes.loyalty_tier'],
        },
        op: { type: 'string', enum: [...FILTER_OPERATORS] },
        value: {
          description: 'A text for eq, a list of texts for in',
          oneOf: [
            { type: 'string', maxLength: FILTER_LIMITS.valueChars },
            {
              type: 'array',
              minItems: 1,
              maxItems: FILTER_LIMITS.valuesPerCondition,
              items: { type: 'string', maxLength: FILTER_LIMITS.valueChars },
            },
          ],
        },
      },
    },
    ...(['and', 'or'] as const).map((op) => ({
      type: 'object',
      title: op,
      additionalProperties: false,
      required: [op],
      properties: { [op]: { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/Filter' } } },
    })),
  ],
} as const;

/** The type of a field, for value handling; attributes are plain text. */
export function filterFieldType(field: FilterField): (typeof RECORD_FIELDS)[RecordFieldName]['type'] {
  return field.kind === 'attribute' ? 'text' : RECORD_FIELDS[field.name].type;
}
