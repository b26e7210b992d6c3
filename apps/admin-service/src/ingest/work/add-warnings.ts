import { type JobWarnings } from '@bigdata/models';

/** Sums of counts per field and code. Pure. */
export function addWarnings(parts: Iterable<JobWarnings>): JobWarnings {
  const sums = new Map<string, Map<string, number>>();
  for (const part of parts) {
    for (const [field, codes] of Object.entries(part)) {
      const counts = sums.get(field) ?? new Map<string, number>();
      sums.set(field, counts);
      for (const [code, count] of Object.entries(codes)) counts.set(code, (counts.get(code) ?? 0) + count);
    }
  }
  return Object.fromEntries([...sums].map(([field, counts]) => [field, Object.fromEntries(counts)]));
}
