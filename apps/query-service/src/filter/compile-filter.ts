/**
 * Filter → SQL condition. The same tree gives the same text; values travel as parameters only. A condition on an
 * empty field is false, whatever its operator.
 */
import { type FilterOperator } from '@bigdata/models';
import { type SqlParameters } from '../clickhouse/sql-parameters';
import { valueChunks } from '../clickhouse/value-chunks';
import { filterColumn, type FilterColumn } from './filter-columns';
import { isGroup, type NormalizedFilter } from './normalized-filter';

type OperatorCompiler = (
  column: FilterColumn,
  values: readonly string[],
  parameters: SqlParameters,
) => string;

const OPERATORS: Readonly<Record<FilterOperator, OperatorCompiler>> = {
  eq: ({ expression, type, wrap }, [value = ''], parameters) => {
    const placeholder = parameters.one(type, value);
    return `${expression} = ${wrap ? wrap(placeholder) : placeholder}`;
  },
  in: ({ expression, type, wrap }, values, parameters) => {
    const tests = valueChunks(values).map((chunk) => {
      const list = parameters.list(type, chunk);
      // A set made by a subquery can use the primary key; one made by arrayMap cannot.
      const set = wrap ? `(SELECT ${wrap(`arrayJoin(${list})`)})` : list;
      return `${expression} IN ${set}`;
    });
    return tests.length === 1 ? tests.join('') : `(${tests.join(' OR ')})`;
  },
};

export function compileFilter(filter: NormalizedFilter, parameters: SqlParameters): string {
  if (isGroup(filter)) {
    const members = filter.filters.map((member) => compileFilter(member, parameters));
    return `(${members.join(filter.op === 'and' ? ' AND ' : ' OR ')})`;
  }
  const column = filterColumn(filter.field, parameters);
  const test = OPERATORS[filter.op](column, filter.values, parameters);
  return column.present === null ? test : `(${column.present} AND ${test})`;
}
