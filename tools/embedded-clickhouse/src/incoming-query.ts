import { type IncomingMessage } from 'node:http';
import { ClickHouseError } from './clickhouse-error';
import { type ExternalTable } from './external-table';
import { multipartBoundary, parseMultipart } from './multipart';
import { parseQueryRequest, type QueryRequest } from './request';
import { type RequestBody } from './request-body';
import { parseStatement, type Statement } from './statement';

/** A request read as far as its statement; an INSERT's data is still flowing. */
export type IncomingQuery = {
  readonly request: QueryRequest;
  /** Latin-1, one character a byte, so that the statement's offsets count bytes. */
  readonly text: string;
  readonly statement: Statement;
  /** The data behind the statement, piece by piece. */
  readonly data: { readonly next: () => Promise<Buffer | undefined> };
  readonly externalTables: readonly ExternalTable[];
};

/** A multipart body is the one that is held whole. */
const MULTIPART_BYTES_MAX = 256 << 20;

/** Reads a request up to its statement. `authenticate` is called before any of the body is read. */
export async function readIncomingQuery(
  incoming: IncomingMessage,
  parameters: URLSearchParams,
  body: RequestBody,
  authenticate: (request: QueryRequest) => void,
): Promise<IncomingQuery> {
  const boundary = multipartBoundary(incoming.headers['content-type']);
  const method = incoming.method ?? 'GET';
  const isMultipart = boundary !== undefined;
  const request = parseQueryRequest({ method, parameters, headers: incoming.headers, isMultipart });
  authenticate(request);
  if (!isMultipart) return readPlain(request, body);
  return readMultipart(incoming, parameters, await readWhole(body), boundary);
}

/** The URL's query and the body are one text; the statement ends where the data of an INSERT begins. */
async function readPlain(request: QueryRequest, body: RequestBody): Promise<IncomingQuery> {
  const bytesMax = request.queryBytesMax;
  let bytes: Buffer = Buffer.from(
    request.query === '' || request.isGet ? request.query : `${request.query}\n`,
  );
  for (;;) {
    const piece = await body.next();
    if (piece) bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece]);
    const text = bytes.toString('latin1');
    const statement = parseStatement(text, piece === undefined);
    if (statement !== 'incomplete') {
      if (statement.end > bytesMax) throw tooLarge(bytesMax);
      const data = dataSource(bytes.subarray(statement.dataAt), () => body.next());
      return { request, text, statement, data, externalTables: [] };
    }
    if (bytes.length > bytesMax) throw tooLarge(bytesMax);
  }
}

/** Form fields count like parameters of the URL; files are external tables. */
function readMultipart(
  incoming: IncomingMessage,
  parameters: URLSearchParams,
  body: Buffer,
  boundary: string,
): IncomingQuery {
  const parts = parseMultipart(body, boundary);
  const all = new URLSearchParams(parameters);
  const query = [parameters.get('query') ?? ''];
  for (const part of parts) {
    if (part.isFile) continue;
    if (part.name === 'query') query.push(part.body.toString('utf8'));
    else all.set(part.name, part.body.toString('utf8'));
  }
  all.set('query', query.join(''));
  const request = parseQueryRequest({
    method: incoming.method ?? 'POST',
    parameters: all,
    headers: incoming.headers,
    isMultipart: true,
  });
  const text = Buffer.from(request.query).toString('latin1');
  const statement = parseStatement(text, true);
  if (statement === 'incomplete') throw new Error('a whole text cannot be incomplete');
  if (statement.end > request.queryBytesMax) throw tooLarge(request.queryBytesMax);
  return {
    request,
    text,
    statement,
    data: dataSource(Buffer.from(text.slice(statement.dataAt), 'latin1'), () => Promise.resolve(undefined)),
    externalTables: parts
      .filter((part) => part.isFile)
      .map((part) => ({ name: part.name, options: request.external.get(part.name) ?? {}, data: part.body })),
  };
}

async function readWhole(body: RequestBody): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for (let piece = await body.next(); piece; piece = await body.next()) {
    pieces.push(piece);
    length += piece.length;
    if (length > MULTIPART_BYTES_MAX)
      throw ClickHouseError.of(229, `A multipart body may have ${MULTIPART_BYTES_MAX} bytes`);
  }
  return Buffer.concat(pieces);
}

function dataSource(first: Buffer, rest: () => Promise<Buffer | undefined>): IncomingQuery['data'] {
  let isFirst = true;
  return {
    next: () => {
      if (!isFirst) return rest();
      isFirst = false;
      return Promise.resolve(first);
    },
  };
}

function tooLarge(bytesMax: number): ClickHouseError {
  return ClickHouseError.of(62, `Syntax error: Max query size exceeded (max_query_size = ${bytesMax})`);
}
