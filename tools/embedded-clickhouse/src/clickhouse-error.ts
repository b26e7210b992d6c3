/** Codes this front raises by itself; everything else comes from the engine with its own code. */
const NAMES = {
  36: 'BAD_ARGUMENTS',
  48: 'NOT_IMPLEMENTED',
  62: 'SYNTAX_ERROR',
  73: 'UNKNOWN_FORMAT',
  89: 'UNKNOWN_COMPRESSION_METHOD',
  115: 'UNKNOWN_SETTING',
  164: 'READONLY',
  194: 'REQUIRED_PASSWORD',
  202: 'TOO_MANY_SIMULTANEOUS_QUERIES',
  216: 'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING',
  229: 'QUERY_IS_TOO_LARGE',
  236: 'ABORTED',
  290: 'LIMIT_EXCEEDED',
  358: 'INTO_OUTFILE_NOT_ALLOWED',
  372: 'SESSION_NOT_FOUND',
  373: 'SESSION_IS_LOCKED',
  374: 'INVALID_SESSION_TIMEOUT',
  394: 'QUERY_WAS_CANCELLED',
  456: 'UNKNOWN_QUERY_PARAMETER',
  516: 'AUTHENTICATION_FAILED',
  1000: 'POCO_EXCEPTION',
  1002: 'UNKNOWN_EXCEPTION',
} as const;

const BAD_REQUEST = new Set([
  6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 467, 538,
  675, 676,
]);
const NOT_FOUND = new Set([46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511]);
const FORBIDDEN = new Set([192, 193, 497, 512, 516]);
const UNAVAILABLE = new Set([76, 209, 439]);

/** HTTP status that ClickHouse gives for an error code (exceptionCodeToHTTPStatus); 500 for the rest. */
export function toHttpStatus(code: number): number {
  if (code === 194) return 401;
  if (FORBIDDEN.has(code)) return 403;
  if (BAD_REQUEST.has(code)) return 400;
  if (NOT_FOUND.has(code)) return 404;
  if (code === 229) return 413;
  if (code === 48) return 501;
  if (UNAVAILABLE.has(code)) return 503;
  if (code === 381) return 411;
  if (code === 159) return 408;
  if (code === 779) return 415;
  return 500;
}

const ENGINE_MESSAGE = /^Code: (\d+)\. DB::(?:\w+)?Exception: ([\s\S]*?)\s*$/;

/** An error in ClickHouse's form. `message` is `Code: N. DB::Exception: text (NAME)`, without the version. */
export class ClickHouseError extends Error {
  readonly code: number;

  private constructor(code: number, message: string) {
    super(message);
    this.name = 'ClickHouseError';
    this.code = code;
  }

  static of(code: keyof typeof NAMES, text: string): ClickHouseError {
    return new ClickHouseError(code, `Code: ${code}. DB::Exception: ${text} (${NAMES[code]})`);
  }

  /** Any thrown value; what the engine threw keeps its code and text. */
  static from(cause: unknown): ClickHouseError {
    if (cause instanceof ClickHouseError) return cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    const match = ENGINE_MESSAGE.exec(text);
    if (!match) return ClickHouseError.of(1002, text);
    return new ClickHouseError(Number(match[1]), text.trimEnd());
  }

  /** The same error with its text changed, e.g. to take the front's own additions to the query out of it. */
  withMessage(change: (message: string) => string): ClickHouseError {
    return new ClickHouseError(this.code, change(this.message));
  }

  /** The body of an error answer; one line feed ends it. */
  toBody(version: string): string {
    return `${this.message} (version ${version})\n`;
  }
}
