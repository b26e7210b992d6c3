/**
 * Filter → SQL condition. The same tree gives the same text; values travel as parameters only. A condition on an
 * empty field is false, whatever its operator.
 */
import { type FilterOperator } from '@bigdata/models';
import { type SqlParameters } from '../clickhouse/sql-parameters';
import { filterColumn, type FilterColumn } from './filter-columns';
import { isGroup, type NormalizedFilter } from './normalized-filter';

type OperatorCompiler = (
  column: FilterColumn,
  values: readonly string[],
  parameters: SqlParameters,
) => string;

/** ClickHouse refuses a parameter over 128 KiB: a longer list becomes several. A character is at most 3 bytes. */
const LIST_CHARS_MAX = 32_000;

const OPERATORS: Readonly<Record<FilterOperator, OperatorCompiler>> = {
  eq: ({ expression, type, wrap }, [value = ''], parameters) => {
    const placeholder = parameters.one(type, value);
    return `${expression} = ${wrap ? wrap(placeholder) : placeholder}`;
  },
  in: ({ expression, type, wrap }, values, parameters) => {
    const tests = chunks(values).map((chunk) => {
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

function chunks(values: readonly string[]): string[][] {
  const result: string[][] = [];
  let room = 0;
  for (const value of values) {
    if (value.length > room) {
      result.push([]);
      room = LIST_CHARS_MAX;
    }
    result.at(-1)?.push(value);
    room -= value.length;
  }
  return result;
}
