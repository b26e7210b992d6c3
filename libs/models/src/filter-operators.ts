/** What a condition may ask, by the type of its field. */
import { type FieldType } from './record-fields';

export const FILTER_OPERATORS = [
  'eq',
  'ne',
  'in',
  'not_in',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'prefix',
  'contains',
  'exists',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

const ORDERED = FILTER_OPERATORS.filter((operator) => operator !== 'prefix' && operator !== 'contains');

/** Ids and moments have no parts that a text could stand for. */
export const OPERATORS_OF_TYPE: Readonly<Record<FieldType, readonly FilterOperator[]>> = {
  id: ORDERED,
  text: FILTER_OPERATORS,
  name: FILTER_OPERATORS,
  email: FILTER_OPERATORS,
  phone: FILTER_OPERATORS,
  country: FILTER_OPERATORS,
  date: ORDERED,
  timestamp: ORDERED,
  map: FILTER_OPERATORS,
};

/** How the texts of an attribute are read before they are compared. */
export const ATTRIBUTE_TYPES = ['text', 'number', 'date'] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

export const OPERATORS_OF_ATTRIBUTE: Readonly<Record<AttributeType, readonly FilterOperator[]>> = {
  text: FILTER_OPERATORS,
  number: ORDERED,
  date: ORDERED,
};
