/** What a query asks, for the request log: fields, operators and directions, never a value. */
import { type FilterField, type OrderBy } from '@bigdata/models';

/** The header that the gateway takes it from; it goes no further. */
export const SHAPE_HEADER = 'x-bigdata-shape';
const SHAPE_CHARS_MAX = 1_000;

/** A filter as far as its shape goes: a group, a negation or a condition. */
interface FilterShape {
  readonly op: string;
  readonly filters?: readonly FilterShape[];
  readonly filter?: FilterShape;
  readonly field?: FilterField;
}

export interface QueryShape {
  readonly where?: FilterShape | undefined;
  readonly order_by?: OrderBy | undefined;
  readonly count: string;
}

/** ASCII, and cut where it gets long. */
export function toShape({ where, order_by: orderBy, count }: QueryShape): string {
  const parts = [
    `where: ${where === undefined ? 'everything' : shapeOf(where)}`,
    ...(orderBy === undefined
      ? []
      : [`order_by: ${orderBy.map(({ field, direction }) => `${nameOf(field)} ${direction}`).join(', ')}`]),
    `count: ${count}`,
  ];
  return parts.join('; ').slice(0, SHAPE_CHARS_MAX);
}

function shapeOf({ op, filters, filter, field }: FilterShape): string {
  if (filters) return `${op}(${filters.map(shapeOf).join(', ')})`;
  if (filter) return `${op}(${shapeOf(filter)})`;
  return `${nameOf(field)} ${op}`;
}

/** An attribute's name is whatever the caller writes: it may hold anything. */
function nameOf(field: FilterField | undefined): string {
  return field?.kind === 'field' ? field.name : 'attributes';
}
