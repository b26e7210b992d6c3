/** Which failures are tried again, and when. Pure. */
import { AppError, isTransient } from '@bigdata/models';
import { type JobKind } from './catalogue';

/** @param failures how often the job has failed so far, at least 1 */
export function backoffMs({ firstMs, maxMs }: JobKind['backoff'], failures: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.max(0, failures - 1));
}

export interface JobFailure {
  /** All that goes into Redis about the error: never its text, which may quote data. */
  readonly code: string;
  readonly final: boolean;
}

export function toJobFailure(error: unknown): JobFailure {
  return { code: error instanceof AppError ? error.code : 'internal', final: !isTransient(error) };
}
