/** The filter after its values went through the normalisation of the data: all that the compiler sees. */
import { type FilterField, type FilterOperator } from '@bigdata/models';

export interface NormalizedCondition {
  readonly op: FilterOperator;
  readonly field: FilterField;
  /**
   * Lists without duplicates, at least one value. `between` has its two bounds in order, `exists` nothing, the others
   * exactly one value.
   */
  readonly values: readonly string[];
}

export interface NormalizedGroup {
  readonly op: 'and' | 'or';
  readonly filters: readonly NormalizedFilter[];
}

/** True exactly where its filter is not: no condition is neither. */
export interface NormalizedNegation {
  readonly op: 'not';
  readonly filter: NormalizedFilter;
}

export type NormalizedFilter = NormalizedGroup | NormalizedNegation | NormalizedCondition;

export function isGroup(filter: NormalizedFilter): filter is NormalizedGroup {
  return 'filters' in filter;
}

export function isNegation(filter: NormalizedFilter): filter is NormalizedNegation {
  return 'filter' in filter;
}
