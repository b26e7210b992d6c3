import { dedupeKey, type DedupeRecord } from '@bigdata/normalization';
export type DedupeKeyTextOf = (record: DedupeRecord, dataset: string) => { readonly key: string; readonly rule: string } | null;
export function createKeyText(_policy: unknown): DedupeKeyTextOf {
  return (record, dataset) => {
    const found = dedupeKey(record, { dataset });
    return found === null ? null : { key: found.key.toString('latin1'), rule: found.rule };
  };
}
