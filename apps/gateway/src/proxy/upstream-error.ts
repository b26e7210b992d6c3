/** What a failed call to a service means for the client, by undici's classes and the system's codes. */
import { AppError, type RouteContract } from '@bigdata/models';
import { errors } from 'undici';

/** Nothing was sent: nobody listens there, or it cannot be reached. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

export function fromUpstreamError(error: Error, contract: RouteContract): AppError {
  const context = { route: contract.id, service: contract.service };
  const code = 'code' in error ? String(error.code) : '';
  if (UNREACHABLE.has(code)) return new AppError('unavailable', { context, cause: error });
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    const timeout = contract.problems.includes('query_timeout') ? 'query_timeout' : 'unavailable';
    return new AppError(timeout, { context, cause: error });
  }
  return new AppError('upstream_failed', { context, cause: error });
}
