/** Per field, how often each warning was given. Adding up batches gives the job's counts. */
import { type JobWarnings } from '@bigdata/models';

export interface WarningCounts {
  add(field: string, code: string): void;
  toWarnings(): JobWarnings;
}

export function createWarningCounts(): WarningCounts {
  const counts = new Map<string, Map<string, number>>();
  return {
    add(field, code) {
      const ofField = counts.get(field) ?? new Map<string, number>();
      counts.set(field, ofField.set(code, (ofField.get(code) ?? 0) + 1));
    },
    toWarnings: () =>
      Object.fromEntries([...counts].map(([field, ofField]) => [field, Object.fromEntries(ofField)])),
  };
}

export function addWarnings(a: JobWarnings, b: JobWarnings): JobWarnings {
  const sum: Record<string, Record<string, number>> = {};
  for (const warnings of [a, b]) {
    for (const [field, codes] of Object.entries(warnings)) {
      const ofField = (sum[field] ??= {});
      for (const [code, count] of Object.entries(codes)) ofField[code] = (ofField[code] ?? 0) + count;
    }
  }
  return sum;
}
