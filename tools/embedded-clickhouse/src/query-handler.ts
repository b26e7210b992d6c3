import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Answer } from './answer';
import { authenticate } from './auth';
import { ClickHouseError } from './clickhouse-error';
import { type Engine } from './engine';
import { type EngineConnection, type EngineResult, type StatementContext } from './engine-connection';
import { type Slot } from './engine-pool';
import { feedInsert } from './insert-feed';
import { openReader } from './pipe-files';
import { isOn, parseQueryRequest, type QueryRequest } from './request';
import { RequestBody } from './request-body';
import { streamResult } from './result-stream';
import { insertFrom, plain, queryTag, selectInto, withoutAdditions, withoutTagOffset } from './rewrite';
import { type RunningQueries } from './running-queries';
import { readSessionChange } from './session-change';
import { type SessionStore } from './session-store';
import { parseStatement, type Statement } from './statement';
import { EMPTY_SUMMARY, type Summary } from './summary';

export type QueryHandlerNeeds = {
  readonly engine: Engine;
  readonly running: RunningQueries;
  readonly sessions: SessionStore;
  readonly user: string;
  readonly password: string;
};

/** A statement read from a request, and the data that follows it. */
type ReadStatement = {
  /** Latin-1, so that offsets are bytes. */
  readonly text: string;
  readonly statement: Statement;
  /** The first piece of the data; the rest is still in the body. */
  readonly data: Buffer;
};

const QUERY_SIZE_MAX = 262_144;
/** Settings that refuse every later change on their connection. */
const LOCKING_SETTINGS = ['readonly', 'allow_ddl'];

/** Answers one request to `/`: reads the statement, waits for a slot, runs it, streams what comes. */
export async function handleQuery(
  needs: QueryHandlerNeeds,
  request: IncomingMessage,
  response: ServerResponse,
  url: URLSearchParams,
): Promise<void> {
  const query = parseQueryRequest(request.method ?? 'GET', url, request.headers);
  authenticate(query.credentials, needs.user, needs.password);
  const body = new RequestBody(request);
  try {
    const read = await readStatement(query, body);
    await new QueryRun(needs, request, response, query, body, read).run();
  } finally {
    body.discard();
  }
}

/** The URL's query and the body are one text; the statement ends where the data of an INSERT begins. */
async function readStatement(query: QueryRequest, body: RequestBody): Promise<ReadStatement> {
  const sizeMax = Number(query.settings.get('max_query_size') ?? QUERY_SIZE_MAX) || QUERY_SIZE_MAX;
  let bytes: Buffer = Buffer.from(query.query === '' || query.isGet ? query.query : `${query.query}\n`);
  for (;;) {
    const piece = await body.next();
    if (piece) bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece]);
    const text = bytes.toString('latin1');
    const statement = parseStatement(text, piece === undefined);
    if (statement !== 'incomplete') {
      if (statement.end > sizeMax) throw tooLarge(sizeMax);
      return { text, statement, data: bytes.subarray(statement.dataAt) };
    }
    if (bytes.length > sizeMax) throw tooLarge(sizeMax);
  }
}

function tooLarge(sizeMax: number): ClickHouseError {
  return ClickHouseError.of(62, `Syntax error: Max query size exceeded (max_query_size = ${sizeMax})`);
}

class QueryRun {
  private readonly needs: QueryHandlerNeeds;
  private readonly response: ServerResponse;
  private readonly query: QueryRequest;
  private readonly body: RequestBody;
  private readonly read: ReadStatement;
  private readonly queryId: string;
  private readonly format: { name: string; contentType: string };
  private readonly answer: Answer;
  private readonly gone = new AbortController();

  constructor(
    needs: QueryHandlerNeeds,
    request: IncomingMessage,
    response: ServerResponse,
    query: QueryRequest,
    body: RequestBody,
    read: ReadStatement,
  ) {
    this.needs = needs;
    this.response = response;
    this.query = query;
    this.body = body;
    this.read = read;
    this.queryId = query.queryId ?? randomUUID();
    const { statement } = read;
    this.format = needs.engine.formats.resolve(
      statement.kind === 'insert' ? undefined : statement.format,
      query.defaultFormat,
    );
    this.answer = new Answer(request, response, {
      queryId: this.queryId,
      timezone: query.settings.get('session_timezone') ?? needs.engine.timezone,
      version: needs.engine.version,
      format: statement.kind === 'insert' ? undefined : this.format.name,
      contentType: statement.kind === 'insert' ? 'text/plain; charset=UTF-8' : this.format.contentType,
      isCompressed: isOn(query.settings.get('enable_http_compression')),
      compressionLevel: Number(query.settings.get('http_zlib_compression_level')) || undefined,
    });
    response.once('close', () => this.gone.abort());
  }

  async run(): Promise<void> {
    const { running } = this.needs;
    try {
      this.refuseEarly();
      const entry = running.begin(this.queryId);
      try {
        await this.inSession();
      } finally {
        entry.end();
      }
    } catch (cause) {
      if (this.gone.signal.aborted) return;
      await this.answer.fail(this.clean(ClickHouseError.from(cause)));
    }
  }

  private refuseEarly(): void {
    const { statement } = this.read;
    if (statement.verb === '') throw ClickHouseError.of(62, 'Syntax error: Empty query');
    if (this.query.isGet && !statement.readOnly && !statement.changesSession)
      throw ClickHouseError.of(
        164,
        'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries.',
      );
    for (const name of statement.parameters)
      if (!this.query.parameters.has(name))
        throw ClickHouseError.of(456, `Substitution \`${name}\` is not set.`);
  }

  private async inSession(): Promise<void> {
    const { session } = this.query;
    const { sessions } = this.needs;
    if (!session) {
      await this.inSlot(undefined);
      return;
    }
    const connection = sessions.acquire(session.id, session.timeoutS, session.mustExist);
    try {
      await this.inSlot(connection);
    } finally {
      sessions.release(session.id, session.close);
    }
  }

  private async inSlot(own: EngineConnection | undefined): Promise<void> {
    const { engine } = this.needs;
    const pool = this.read.statement.verb === 'KILL' ? engine.control : engine.pool;
    const slot = await pool.acquire(this.gone.signal);
    let isClean = false;
    try {
      await this.execute(own ?? pool.connection(slot), slot);
      isClean = !this.leavesTraces();
    } finally {
      pool.release(slot, isClean || own !== undefined);
    }
    if (own) own.remember(readSessionChange(this.read.text, this.read.statement));
  }

  private leavesTraces(): boolean {
    return (
      this.gone.signal.aborted ||
      this.read.statement.changesSession ||
      LOCKING_SETTINGS.some((name) => this.query.settings.has(name))
    );
  }

  private async execute(connection: EngineConnection, slot: Slot): Promise<void> {
    switch (this.read.statement.kind) {
      case 'select':
        return this.select(connection, slot);
      case 'insert':
        return this.insert(connection, slot);
      case 'other':
        return this.other(connection);
    }
  }

  private async select(connection: EngineConnection, slot: Slot): Promise<void> {
    const { text, statement } = this.read;
    const reader = openReader(slot.pipes.output);
    const sql = selectInto(text, statement, slot.pipes.output, this.format.name);
    const result = connection.run(this.tag + sql, this.context, 'Null').finally(reader.finish);
    const stopCancelling = this.cancelWhenGone(true);
    try {
      await streamResult(reader.stream, result, this.answer, {
        bufferBytes: this.query.bufferBytes,
        waitEndOfQuery: this.query.waitEndOfQuery,
        spoolDirectory: this.needs.engine.spoolDirectory,
        isGone: this.gone.signal,
        format: this.format.name,
      });
    } finally {
      stopCancelling();
    }
  }

  private async insert(connection: EngineConnection, slot: Slot): Promise<void> {
    const { text, statement, data } = this.read;
    const sql = insertFrom(text, statement, slot.pipes.input);
    const result = connection.run(this.tag + sql, this.context, 'Null');
    const cancel = () => this.needs.running.cancel(this.queryId);
    const written = await feedInsert(slot.pipes.input, data, this.body, result, cancel);
    await this.answer.sendWhole([], {
      ...EMPTY_SUMMARY,
      readRows: written.rows,
      readBytes: written.bytes,
      writtenRows: written.rows,
      writtenBytes: written.bytes,
      resultRows: written.rows,
      resultBytes: written.bytes,
      elapsedNs: Math.round(written.elapsedS * 1e9),
    });
  }

  private async other(connection: EngineConnection): Promise<void> {
    const { text, statement } = this.read;
    const stopCancelling = this.cancelWhenGone(statement.readOnly);
    try {
      const result = await connection.run(this.tag + plain(text, statement), this.context, this.format.name);
      await this.answer.sendWhole([Buffer.from(result.body)], toResultSummary(result));
    } finally {
      stopCancelling();
    }
  }

  /** A client that goes away stops its statement, if that only reads: one that writes goes on to its end. */
  private cancelWhenGone(isReadOnly: boolean): () => void {
    if (!isReadOnly) return () => undefined;
    const onGone = () => {
      void this.needs.running.cancel(this.queryId).catch(() => undefined);
    };
    if (this.gone.signal.aborted) onGone();
    this.gone.signal.addEventListener('abort', onGone, { once: true });
    return () => this.gone.signal.removeEventListener('abort', onGone);
  }

  private clean(error: ClickHouseError): ClickHouseError {
    return error.withMessage((message) =>
      withoutTagOffset(withoutAdditions(message).replaceAll(this.tag, ''), this.tag),
    );
  }

  private get tag(): string {
    return queryTag(this.queryId);
  }

  private get context(): StatementContext {
    return {
      database: this.query.database,
      settings: this.query.settings,
      parameters: this.query.parameters,
    };
  }
}

function toResultSummary(result: EngineResult): Summary {
  return {
    ...EMPTY_SUMMARY,
    readRows: result.rows,
    readBytes: result.bytes,
    resultRows: result.rows,
    resultBytes: result.bytes,
    elapsedNs: Math.round(result.elapsedS * 1e9),
  };
}
