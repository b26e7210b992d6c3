import { qualityValues } from './quality-values';

const ENCODINGS = ['zstd', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The encoding that the caller likes best, of equals zstd; null: as it is. A caller that names none gets none. */
export function acceptedEncoding(acceptEncoding: string | undefined): Encoding | null {
  const weights = qualityValues(acceptEncoding ?? '');
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const [best] = ENCODINGS.filter((name) => weightOf(name) > 0).sort(
    (one, other) => weightOf(other) - weightOf(one),
  );
  return best === undefined || weightOf(best) < (weights.get('identity') ?? 0) ? null : best;
}
