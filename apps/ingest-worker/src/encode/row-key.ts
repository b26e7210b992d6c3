/** The key of the row under way, by the policy of its dataset. */
import { type KeyPolicy } from '@bigdata/models';
import { createDedupeKeyText, createEmailKey, type DedupeKeyText } from '@bigdata/normalization';
import { type KeyRecord } from './key-record';
import { type FieldColumns } from './row-values';
import { type ValueColumns } from './value-columns';

export interface RowKeyOptions {
  readonly policy: KeyPolicy;
  readonly dataset: string;
  readonly columns: ValueColumns;
  readonly email: FieldColumns;
  readonly record: KeyRecord;
}

/** @returns null for a row of which nothing identifies a record */
export function createRowKey(options: RowKeyOptions): () => DedupeKeyText | null {
  const { policy, dataset, columns, email, record } = options;
  const keyOf = createDedupeKeyText(policy, dataset);
  if (policy[0] !== 'email') return () => keyOf(record);
  // Most rows: an address comes first, and its match key is there in bytes.
  const emailKeyOf = createEmailKey(dataset);
  return () => {
    if (!columns.has(email.value)) return keyOf(record);
    const { data, valueStart, position } = columns.has(email.match) ? email.match : email.value;
    return emailKeyOf(data, valueStart, position);
  };
}
