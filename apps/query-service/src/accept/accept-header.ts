import { AppError } from '@bigdata/models';
import { qualityValues } from './quality-values';

/**
 * The media type to answer in (RFC 9110 §12.5.1): the one the caller likes best, of equals the first.
 * @param offered in lower case, without parameters
 * @throws AppError `not_acceptable` when the caller takes none of them
 */
export function acceptedType<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const weights = qualityValues(accept);
  const [best] = offered
    .map((type) => ({ type, weight: weightOf(type, weights) }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  if (best) return best.type;
  throw new AppError('not_acceptable', { detail: `Answers are ${offered.join(' or ')}.` });
}

/** The most specific range that the type falls into decides alone. */
function weightOf(type: string, weights: ReadonlyMap<string, number>): number {
  const ranges = [type, `${type.split('/')[0]}/*`, '*/*'];
  const decisive = ranges.find((range) => weights.has(range));
  return decisive === undefined ? 0 : (weights.get(decisive) ?? 0);
}
