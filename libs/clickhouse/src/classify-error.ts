/** ClickHouse's and the network's errors as ours: by code, never by text. */
import { AppError, type ProblemCode } from '@bigdata/models';
import { ClickHouseError, parseError } from '@clickhouse/client';

/** ClickHouse error number → what it means for the caller. Anything else is a bug of ours. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  158: 'query_too_complex', // TOO_MANY_ROWS
  159: 'query_timeout', // TIMEOUT_EXCEEDED
  160: 'query_too_complex', // TOO_SLOW
  162: 'query_too_complex', // TOO_DEEP_SUBQUERIES
  167: 'query_too_complex', // TOO_DEEP_AST
  168: 'query_too_complex', // TOO_BIG_AST
  241: 'query_too_complex', // MEMORY_LIMIT_EXCEEDED
  307: 'query_too_complex', // TOO_MANY_BYTES
  396: 'query_too_complex', // TOO_MANY_ROWS_OR_BYTES
  60: 'unavailable', // UNKNOWN_TABLE: migrations have not run
  81: 'unavailable', // UNKNOWN_DATABASE
  202: 'unavailable', // TOO_MANY_SIMULTANEOUS_QUERIES
  209: 'unavailable', // SOCKET_TIMEOUT
  210: 'unavailable', // NETWORK_ERROR
  198: 'unavailable', // DNS_ERROR: another server of the cluster, as the next ones
  225: 'unavailable', // NO_ZOOKEEPER
  236: 'unavailable', // ABORTED: the server is shutting down
  242: 'unavailable', // TABLE_IS_READ_ONLY
  243: 'unavailable', // NOT_ENOUGH_SPACE
  252: 'unavailable', // TOO_MANY_PARTS
  254: 'unavailable', // NO_ACTIVE_REPLICAS
  279: 'unavailable', // ALL_CONNECTION_TRIES_FAILED: a shard is away
  285: 'unavailable', // TOO_FEW_LIVE_REPLICAS
  319: 'unavailable', // UNKNOWN_STATUS_OF_INSERT
  341: 'unavailable', // UNFINISHED: not every replica has done it
  369: 'unavailable', // ALL_REPLICAS_ARE_STALE
  394: 'unavailable', // QUERY_WAS_CANCELLED
  516: 'unavailable', // AUTHENTICATION_FAILED
  999: 'unavailable', // KEEPER_EXCEPTION
};

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_ABORTED',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CLOSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_DESTROYED',
  'UND_ERR_SOCKET',
]);

/** @returns an AppError for whatever a ClickHouse call threw; one that already is ours stays as it is */
export function classifyError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ClickHouseError) {
    return new AppError(CODES[error.code] ?? 'internal', {
      cause: error,
      context: { clickhouse_code: error.code, clickhouse_type: error.type },
    });
  }
  return new AppError(isNetworkError(error) ? 'unavailable' : 'internal', { cause: error });
}

/** @param text of an exception, as ClickHouse writes it behind a result: `Code: 241. DB::Exception: …` */
export function classifyErrorText(text: string): AppError {
  return classifyError(parseError(text));
}

/** By shape, not `instanceof Error`: Node's own errors may come from another realm, as in jest and in vm contexts. */
function isNetworkError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && typeof error.code === 'string') return NETWORK_CODES.has(error.code);
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isNetworkError);
  if ('message' in error && TIMEOUT_MESSAGES.has(String(error.message))) return true;
  return 'cause' in error && isNetworkError(error.cause);
}

/** The client gives its own timeouts and aborts no code: these are the texts it uses for them. */
const TIMEOUT_MESSAGES: ReadonlySet<string> = new Set([
  'Timeout error.',
  'The user aborted a request.',
  'socket hang up',
]);
