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
  /** For the caller's engineer: what to do about it. The page that a problem's `type` links to shows it. */
  readonly advice: string;
  readonly retryable: boolean;
}

const problem = (kind: ProblemKind, title: string, advice: string, retryable = false): ProblemEntry => ({
  kind,
  title,
  advice,
  retryable,
});

export const PROBLEMS = {
  malformed_json: problem(
    'malformed',
    'The body is not valid JSON',
    'Send well-formed JSON in UTF-8 with Content-Type: application/json, whole and uncompressed. The detail says what went wrong.',
  ),
  invalid_cursor: problem(
    'malformed',
    'The cursor is not one of ours, or belongs to another query',
    'Take next_cursor from the latest page unchanged, and repeat every other member of the request as it was. To change the query, start again without a cursor.',
  ),
  missing_api_key: problem(
    'unauthenticated',
    'No API key was sent',
    'Send your key in the header x-api-key, or as Authorization: Bearer <key>. A key in the URL is never read.',
  ),
  invalid_api_key: problem(
    'unauthenticated',
    'The API key is not valid',
    'Check that the key is complete and sent in one header only. If it is, it is unknown, revoked, expired, or its user is disabled: ask your administrator for a new one. The answer does not say which, on purpose.',
  ),
  insufficient_credits: problem(
    'insufficient_credits',
    'Not enough credits',
    'The members balance and required say what you hold and what the request costs. Ask your administrator for credits; nothing was charged.',
  ),
  forbidden: problem(
    'forbidden',
    'This key may not do that',
    "The route is for administrators, and this key belongs to a user without that role. Use an administrator's key.",
  ),
  not_found: problem(
    'not_found',
    'Not found',
    'Check the path and the ids in it. GET /openapi.json lists every route.',
  ),
  method_not_allowed: problem(
    'method_not_allowed',
    'Method not allowed',
    'The header Allow lists the methods of this path.',
  ),
  not_acceptable: problem(
    'not_acceptable',
    'None of the accepted formats can be produced',
    'Ask for one of the formats that the route lists, or leave the Accept header out.',
  ),
  unsupported_media_type: problem(
    'unsupported_media_type',
    'Unsupported media type',
    'Send the body as application/json, without a Content-Encoding.',
  ),
  conflict: problem(
    'conflict',
    'Conflict with the current state',
    'The detail says what is in the way, such as a name that is taken or a job that has ended. Read the current state, then decide.',
  ),
  idempotency_in_flight: problem(
    'conflict',
    'A request with this idempotency key is still running',
    'The first request with this Idempotency-Key has not ended. Wait a moment and send the same request again: you get the answer of the first.',
    true,
  ),
  payload_too_large: problem(
    'payload_too_large',
    'The payload is too large',
    'Send less at once: fewer values in a list, a smaller page. Files of any size go through the upload route.',
  ),
  invalid_request: problem(
    'invalid',
    'The request is not valid',
    'Each entry of errors points at one wrong place of the request and says what is expected there, often with a hint.',
  ),
  idempotency_key_reused: problem(
    'invalid',
    'The idempotency key was used for another request',
    'Use a new Idempotency-Key for every new request. A retry repeats the request exactly.',
  ),
  query_too_complex: problem(
    'invalid',
    'The query is too complex',
    'Nest the filter less deeply, or split it into several queries. The detail names the bound.',
  ),
  rate_limited: problem(
    'limited',
    'Too many requests',
    'Wait for the seconds in Retry-After, then go on. RateLimit and RateLimit-Policy on every answer say what is left, so that you can slow down before. Nothing was charged.',
    true,
  ),
  upstream_failed: problem(
    'bad_gateway',
    'A service behind the gateway failed',
    'Try again with growing pauses. If it goes on, report the request_id. Nothing was charged.',
    true,
  ),
  unavailable: problem(
    'unavailable',
    'Temporarily unavailable',
    'Wait for the seconds in Retry-After and try again, with growing pauses. Nothing was charged.',
    true,
  ),
  query_timeout: problem(
    'timeout',
    'The query took too long',
    'Ask for less: add a condition on an indexed field, take a smaller page, count none or estimate instead of exact. Nothing was charged.',
  ),
  internal: problem(
    'internal',
    'Internal error',
    'This is our fault. Try again once; if it stays, report the request_id. Nothing was charged.',
    true,
  ),
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
