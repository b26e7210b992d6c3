/** The filter after its values went through the normalisation of the data: all that the compiler sees. */
import { type FilterField, type FilterOperator } from '@bigdata/models';

export interface NormalizedCondition {
  readonly op: FilterOperator;
  readonly field: FilterField;
  /** At least one, without duplicates; `eq` has exactly one. */
  readonly values: readonly string[];
}

export interface NormalizedGroup {
  readonly op: 'and' | 'or';
  readonly filters: readonly NormalizedFilter[];
}

export type NormalizedFilter = NormalizedGroup | NormalizedCondition;

export function isGroup(filter: NormalizedFilter): filter is NormalizedGroup {
  return 'filters' in filter;
}
