import { type IncomingHttpHeaders } from 'node:http';
import { ClickHouseError } from './clickhouse-error';
import { type Credentials } from './auth';
import { type ExternalTableOptions } from './external-table';

/** Everything a request says besides its body. */
export type QueryRequest = {
  readonly isGet: boolean;
  /** The `query` parameter; what the body holds is appended to it. */
  readonly query: string;
  readonly database: string | undefined;
  readonly defaultFormat: string | undefined;
  readonly queryId: string | undefined;
  readonly session:
    | { readonly id: string; readonly timeoutS: number; readonly mustExist: boolean; readonly close: boolean }
    | undefined;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
  /** Longest statement to take; the data of an INSERT does not count. */
  readonly queryBytesMax: number;
  /** Bytes of the answer to hold back before its headers leave; 0: the server decides. */
  readonly bufferBytes: number;
  readonly waitEndOfQuery: boolean;
  readonly credentials: Credentials;
  /** External tables by name: `<name>_structure`, `<name>_types`, `<name>_format`. */
  readonly external: ReadonlyMap<string, ExternalTableOptions>;
};

type RequestParts = {
  readonly method: string;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** In a multipart request parameters that end in _structure, _types and _format describe its external tables. */
  readonly isMultipart: boolean;
};

const QUERY_BYTES_MAX = 262_144;
const SESSION_TIMEOUT_DEFAULT_S = 60;
const SESSION_TIMEOUT_MAX_S = 3600;

/** Parameters of the HTTP layer itself, which are neither settings nor query parameters. */
const RESERVED = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'max_query_size',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'buffer_size',
  'wait_end_of_query',
  'user',
  'password',
  'quota_key',
  'stacktrace',
  'client_protocol_version',
  'compress',
  'decompress',
  'role',
]);

const EXTERNAL = /^(.+)_(structure|types|format)$/;
const SETTING_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads method, URL and headers of a request. */
export function parseQueryRequest({ method, parameters, headers, isMultipart }: RequestParts): QueryRequest {
  const settings = new Map<string, string>();
  const bound = new Map<string, string>();
  const external = new Map<string, ExternalTableOptions>();
  const own = new Map<string, string>();
  for (const [name, value] of parameters) {
    // `?&a=b` and `a=b&&c=d` have parameters without a name.
    if (name === '') continue;
    if (RESERVED.has(name)) own.set(name, value);
    else if (name.startsWith('param_')) bound.set(parameterName(name.slice(6)), value);
    else if (isMultipart && EXTERNAL.test(name)) addExternal(external, name, value);
    else settings.set(settingName(name), value);
  }
  if (own.get('compress') === '1' || own.get('decompress') === '1')
    throw ClickHouseError.of(
      48,
      "ClickHouse's own compression of HTTP bodies (compress=1, decompress=1) is not supported; use Content-Encoding",
    );
  if (own.has('role')) throw ClickHouseError.of(48, 'Roles are not supported by the embedded engine');
  return {
    isGet: method === 'GET' || method === 'HEAD',
    query: own.get('query') ?? '',
    database: header(headers, 'x-clickhouse-database') ?? nonEmpty(own.get('database')),
    defaultFormat: header(headers, 'x-clickhouse-format') ?? nonEmpty(own.get('default_format')),
    queryId: nonEmpty(own.get('query_id')) ?? header(headers, 'x-clickhouse-query-id'),
    session: parseSession(own),
    settings,
    parameters: bound,
    queryBytesMax: parseNumber('max_query_size', own.get('max_query_size')) || QUERY_BYTES_MAX,
    bufferBytes: parseNumber(
      'buffer_size',
      own.get('buffer_size') ?? settings.get('http_response_buffer_size'),
    ),
    waitEndOfQuery: isOn(own.get('wait_end_of_query') ?? settings.get('http_wait_end_of_query')),
    credentials: {
      authorization: headers.authorization,
      headerUser: header(headers, 'x-clickhouse-user'),
      headerKey: header(headers, 'x-clickhouse-key'),
      urlUser: own.get('user'),
      urlPassword: own.get('password'),
    },
    external,
  };
}

export function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}

function parseSession(own: ReadonlyMap<string, string>): QueryRequest['session'] {
  const id = own.get('session_id');
  if (id === undefined) return undefined;
  if (id === '') throw ClickHouseError.of(744, 'Session id query parameter was provided, but it was empty');
  return {
    id,
    timeoutS: parseTimeout(own.get('session_timeout')),
    mustExist: isOn(own.get('session_check')),
    close: isOn(own.get('close_session')),
  };
}

function parseTimeout(text: string | undefined): number {
  if (text === undefined) return SESSION_TIMEOUT_DEFAULT_S;
  if (!/^\d{1,9}$/.test(text)) throw ClickHouseError.of(374, `Invalid session timeout: '${text}'`);
  const seconds = Number(text);
  if (seconds > SESSION_TIMEOUT_MAX_S)
    throw ClickHouseError.of(
      374,
      `Session timeout '${text}' is larger than max_session_timeout: ${SESSION_TIMEOUT_MAX_S}. Maximum session timeout could be modified in configuration file.`,
    );
  return seconds;
}

function parseNumber(name: string, text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (!/^\d{1,15}$/.test(text)) throw ClickHouseError.of(36, `${name} must be a number, not '${text}'`);
  return Number(text);
}

function parameterName(name: string): string {
  if (!SETTING_NAME.test(name)) throw ClickHouseError.of(36, `Invalid name of a query parameter: '${name}'`);
  return name;
}

/** The name goes into a SET statement, so it is a name and nothing else. */
function settingName(name: string): string {
  if (!SETTING_NAME.test(name)) throw ClickHouseError.of(115, `Unknown setting '${name}'.`);
  return name;
}

function addExternal(tables: Map<string, ExternalTableOptions>, name: string, value: string): void {
  const [, table, kind] = EXTERNAL.exec(name) ?? [];
  if (table === undefined || kind === undefined) return;
  tables.set(table, { ...tables.get(table), [kind]: value });
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
