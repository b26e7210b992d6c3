import { AppError } from '@bigdata/models';

/** Ranges that JSON falls into, the most specific first: it alone decides (RFC 9110 §12.5.1). */
const RANGES_OF_JSON = ['application/json', 'application/*', '*/*'];

/** @throws AppError `not_acceptable` when the caller does not take application/json */
export function requireJsonAccepted(accept: string | undefined): void {
  if (accept === undefined || accept.trim() === '') return;
  const weights = new Map<string, number>();
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    weights.set(type, Math.max(weights.get(type) ?? 0, weight === undefined ? 1 : Number(weight) || 0));
  }
  const decisive = RANGES_OF_JSON.find((range) => weights.has(range));
  if (decisive === undefined || weights.get(decisive) === 0) {
    throw new AppError('not_acceptable', { detail: 'Answers are application/json.' });
  }
}
