/**
 * Filter → SQL condition. The same tree gives the same text; values travel as parameters only. Every condition is
 * true or false and never NULL: one that asks for a value is false on an empty field, and `ne`, `not_in` and `not`
 * are true exactly where what they deny is not.
 */
import { type FilterOperator } from '@bigdata/models';
import { type SqlParameters } from '../clickhouse/sql-parameters';
import { valueChunks } from '../clickhouse/value-chunks';
import { filterColumn, type FilterColumn } from './filter-columns';
import { isGroup, isNegation, type NormalizedFilter } from './normalized-filter';

type OperatorCompiler = (
  column: FilterColumn,
  values: readonly string[],
  parameters: SqlParameters,
) => string;

type Negative = 'ne' | 'not_in';
type Comparison = Exclude<FilterOperator, Negative | 'exists'>;
const DENIED: Readonly<Record<Negative, Comparison>> = { ne: 'eq', not_in: 'in' };

const compared =
  (...signs: readonly string[]): OperatorCompiler =>
  ({ expression, type, wrap }, values, parameters) => {
    const tests = signs.map((sign, index) => {
      const placeholder = parameters.one(type, values[index] ?? '');
      return `${expression} ${sign} ${wrap ? wrap(placeholder) : placeholder}`;
    });
    return tests.length === 1 ? tests.join('') : `(${tests.join(' AND ')})`;
  };

const OPERATORS: Readonly<Record<Comparison, OperatorCompiler>> = {
  eq: compared('='),
  in: ({ expression, type, wrap }, values, parameters) => {
    const tests = valueChunks(values).map((chunk) => {
      const list = parameters.list(type, chunk);
      // A set made by a subquery can use the primary key; one made by arrayMap cannot.
      const set = wrap ? `(SELECT ${wrap(`arrayJoin(${list})`)})` : list;
      return `${expression} IN ${set}`;
    });
    return tests.length === 1 ? tests.join('') : `(${tests.join(' OR ')})`;
  },
  lt: compared('<'),
  lte: compared('<='),
  gt: compared('>'),
  gte: compared('>='),
  between: compared('>=', '<='),
  prefix: ({ expression, type, wrap }, [value = ''], parameters) => {
    const placeholder = parameters.one(type, value);
    return `startsWith(${expression}, ${wrap ? wrap(placeholder) : placeholder})`;
  },
  contains: ({ expression, type, wrap }, [value = ''], parameters) => {
    const placeholder = parameters.one(type, value);
    return `position(${expression}, ${wrap ? wrap(placeholder) : placeholder}) > 0`;
  },
};

export function compileFilter(filter: NormalizedFilter, parameters: SqlParameters): string {
  if (isGroup(filter)) {
    const members = filter.filters.map((member) => compileFilter(member, parameters));
    return `(${members.join(filter.op === 'and' ? ' AND ' : ' OR ')})`;
  }
  if (isNegation(filter)) return negated(compileFilter(filter.filter, parameters));
  const { op, field, values } = filter;
  if (op === 'ne' || op === 'not_in') {
    return negated(compileFilter({ op: DENIED[op], field, values }, parameters));
  }
  const column = filterColumn(field, op, parameters);
  if (op === 'exists') return column.present ?? 'true';
  const test = OPERATORS[op](column, values, parameters);
  return column.present === null ? test : `(${column.present} AND ${test})`;
}

function negated(condition: string): string {
  return `NOT (${condition})`;
}
