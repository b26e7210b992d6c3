/**
 * Every error a caller can meet, once. `kind` decides two things elsewhere: the HTTP status (platform) and
 * whether a job tries again (queue). `retryable` tells the caller whether the same request can succeed later.
 */
export type ProblemKind =
  | 'malformed'
  | 'unauthenticated'
  | 'insufficient_credits'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'conflict'
  | 'gone'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'invalid'
  | 'limited'
  | 'internal'
  | 'bad_gateway'
  | 'unavailable'
  | 'timeout';

interface ProblemEntry {
  readonly kind: ProblemKind;
  readonly title: string;
  readonly retryable: boolean;
}

const problem = (kind: ProblemKind, title: string, retryable = false): ProblemEntry => ({
  kind,
  title,
  retryable,
});

export const PROBLEMS = {
  malformed_json: problem('malformed', 'The body is not valid JSON'),
  invalid_cursor: problem('malformed', 'The cursor is not one of ours, or belongs to another query'),
  missing_api_key: problem('unauthenticated', 'No API key was sent'),
  invalid_api_key: problem('unauthenticated', 'The API key is not valid'),
  insufficient_credits: problem('insufficient_credits', 'Not enough credits'),
  forbidden: problem('forbidden', 'This key may not do that'),
  not_found: problem('not_found', 'Not found'),
  method_not_allowed: problem('method_not_allowed', 'Method not allowed'),
  not_acceptable: problem('not_acceptable', 'None of the accepted formats can be produced'),
  unsupported_media_type: problem('unsupported_media_type', 'Unsupported media type'),
  conflict: problem('conflict', 'Conflict with the current state'),
  idempotency_in_flight: problem('conflict', 'A request with this idempotency key is still running', true),
  payload_too_large: problem('payload_too_large', 'The payload is too large'),
  invalid_request: problem('invalid', 'The request is not valid'),
  idempotency_key_reused: problem('invalid', 'The idempotency key was used for another request'),
  query_too_complex: problem('invalid', 'The query is too complex'),
  rate_limited: problem('limited', 'Too many requests', true),
  upstream_failed: problem('bad_gateway', 'A service behind the gateway failed', true),
  unavailable: problem('unavailable', 'Temporarily unavailable', true),
  query_timeout: problem('timeout', 'The query took too long'),
  internal: problem('internal', 'Internal error', true),
} as const satisfies Record<string, ProblemEntry>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** One place in the request that is wrong. `pointer` is a JSON pointer as a URI fragment (RFC 6901 §6). */
export interface ProblemDetailError {
  readonly pointer: string;
  readonly detail: string;
  readonly hint?: string;
}

interface AppErrorOptions {
  /** For the caller: never internal names, SQL or hosts. */
  readonly detail?: string;
  readonly errors?: readonly ProblemDetailError[];
  /** Further public members of the problem document, such as `balance` and `required`. */
  readonly members?: Readonly<Record<string, string | number | boolean>>;
  /** Seconds after which trying again makes sense; sent as Retry-After. */
  readonly retryAfterS?: number;
  /** For the log only. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error type that crosses layers. Anything else that is thrown is a bug and answers `internal`. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ProblemCode;
  readonly kind: ProblemKind;
  readonly detail: string;
  readonly errors: readonly ProblemDetailError[];
  readonly members: Readonly<Record<string, string | number | boolean>>;
  readonly retryAfterS: number | undefined;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, options: AppErrorOptions = {}) {
    const detail = options.detail ?? PROBLEMS[code].title;
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.kind = PROBLEMS[code].kind;
    this.detail = detail;
    this.errors = options.errors ?? [];
    this.members = options.members ?? {};
    this.retryAfterS = options.retryAfterS;
    this.context = options.context ?? {};
  }
}

/** Failures of something outside that may be well again in a moment; everything else fails the same way again. */
export function isTransient(error: unknown): boolean {
  return error instanceof AppError
    ? ['unavailable', 'limited', 'internal', 'bad_gateway', 'timeout'].includes(error.kind)
    : true;
}
