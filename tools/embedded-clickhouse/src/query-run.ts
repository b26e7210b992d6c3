import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Answer } from './answer';
import { ClickHouseError } from './clickhouse-error';
import { chooseResponseEncoding } from './compression';
import { type Engine, PLAIN } from './engine';
import { type EngineConnection, type EngineResult, type StatementContext } from './engine-connection';
import { type Slot } from './engine-pool';
import { createExternalTable, externalTableFormat } from './external-table';
import { type IncomingQuery } from './incoming-query';
import { feedInsert } from './insert-feed';
import { PipeReader } from './pipe-files';
import { isOn } from './request';
import { streamResult } from './result-stream';
import {
  insertFrom,
  plain,
  queryTag,
  quoteIdentifier,
  quoteString,
  selectInto,
  withoutAdditions,
} from './rewrite';
import { type RunningQueries } from './running-queries';
import { readSessionChange } from './session-change';
import { type SessionStore } from './session-store';
import { FIND_DISTRIBUTED, type InsertSteps, inTwoSteps, onEveryServer } from './shards';
import { EMPTY_SUMMARY, type Summary } from './summary';

export type QueryRunNeeds = {
  readonly engine: Engine;
  readonly running: RunningQueries;
  readonly sessions: SessionStore;
};

/** ClickHouse holds back at least this much of an answer, whatever buffer_size says. */
const BUFFER_BYTES = 1 << 20;
const COMPRESSION_LEVEL = 3;
/** Settings that refuse every later change on their connection. */
const LOCKING_SETTINGS = ['readonly', 'allow_ddl'];

/** One statement from its slot in the pool to the last byte of its answer. */
export class QueryRun {
  private readonly needs: QueryRunNeeds;
  private readonly incoming: IncomingQuery;
  private readonly queryId: string;
  private readonly tag: string;
  private readonly format: { readonly name: string; readonly contentType: string };
  private readonly answer: Answer;
  private readonly context: StatementContext;
  private readonly gone = new AbortController();

  constructor(
    needs: QueryRunNeeds,
    message: IncomingMessage,
    response: ServerResponse,
    incoming: IncomingQuery,
  ) {
    const { request, statement } = incoming;
    this.needs = needs;
    this.incoming = incoming;
    this.queryId = request.queryId ?? randomUUID();
    this.tag = queryTag(this.queryId);
    this.context = request;
    const givesRows = statement.verb !== 'INSERT';
    this.format = needs.engine.formats.resolve(
      givesRows ? statement.format : undefined,
      request.defaultFormat,
    );
    const isCompressed = isOn(request.settings.get('enable_http_compression'));
    this.answer = new Answer(response, {
      queryId: this.queryId,
      timezone: request.settings.get('session_timezone') ?? needs.engine.timezone,
      version: needs.engine.version,
      format: givesRows ? this.format.name : undefined,
      contentType: givesRows ? this.format.contentType : 'text/plain; charset=UTF-8',
      encoding: isCompressed ? chooseResponseEncoding(message.headers['accept-encoding']) : undefined,
      compressionLevel: Number(request.settings.get('http_zlib_compression_level') ?? COMPRESSION_LEVEL),
    });
    response.once('close', () => {
      if (!response.writableFinished) this.gone.abort();
    });
  }

  async run(): Promise<void> {
    try {
      this.refuseEarly();
      const entry = this.needs.running.begin(this.queryId);
      try {
        await this.inSession();
      } finally {
        entry.end();
      }
    } catch (cause) {
      if (this.gone.signal.aborted) return;
      const error = ClickHouseError.from(cause);
      await this.answer.fail(error.withMessage((text) => withoutAdditions(text, this.tag)));
    }
  }

  private refuseEarly(): void {
    const { request, statement } = this.incoming;
    if (statement.verb === '') throw ClickHouseError.of(62, 'Syntax error: Empty query');
    if (request.isGet && !statement.readOnly && !statement.changesSession)
      throw ClickHouseError.of(
        164,
        'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries.',
      );
    for (const name of statement.parameters)
      if (!request.parameters.has(name))
        throw ClickHouseError.of(456, `Substitution ${quoteIdentifier(name)} is not set.`);
  }

  private async inSession(): Promise<void> {
    const { session } = this.incoming.request;
    if (!session) {
      await this.inSlot(undefined);
      return;
    }
    const { sessions } = this.needs;
    const connection = sessions.acquire(session.id, session.timeoutS, session.mustExist);
    try {
      await this.inSlot(connection);
      connection.remember(readSessionChange(this.incoming.text, this.incoming.statement));
    } finally {
      sessions.release(session.id, session.close);
    }
  }

  /** KILL has slots of its own: it must get through when all others are taken. */
  private async inSlot(own: EngineConnection | undefined): Promise<void> {
    const { engine } = this.needs;
    const pool = this.incoming.statement.verb === 'KILL' ? engine.control : engine.pool;
    const slot = await pool.acquire(this.gone.signal);
    let isClean = false;
    try {
      await this.withExternalTables(own ?? pool.connection(slot), slot);
      isClean = !this.leavesTraces();
    } finally {
      pool.release(slot, isClean || own !== undefined);
    }
  }

  private leavesTraces(): boolean {
    const { request, statement, externalTables } = this.incoming;
    return (
      this.gone.signal.aborted ||
      statement.changesSession ||
      externalTables.length > 0 ||
      LOCKING_SETTINGS.some((name) => request.settings.has(name))
    );
  }

  private async withExternalTables(connection: EngineConnection, slot: Slot): Promise<void> {
    const created: string[] = [];
    try {
      for (const table of this.incoming.externalTables) {
        await connection.run(createExternalTable(table), this.context, 'Null');
        created.push(quoteIdentifier(table.name));
        const insert = `INSERT INTO ${quoteIdentifier(table.name)} FROM INFILE ${quoteString(slot.pipes.input)} FORMAT ${externalTableFormat(table)}`;
        const pieces = [table.data];
        const source = { next: () => Promise.resolve(pieces.pop()) };
        await feedInsert(slot.pipes.input, source, connection.run(insert, this.context, 'Null'), () =>
          Promise.resolve(true),
        );
      }
      await this.execute(connection, slot);
    } finally {
      for (const name of created) await connection.run(`DROP TABLE ${name}`, this.context, 'Null');
    }
  }

  private async execute(connection: EngineConnection, slot: Slot): Promise<void> {
    switch (this.incoming.statement.kind) {
      case 'select':
        return this.select(connection, slot);
      case 'insert':
        return this.insert(connection, slot);
      case 'other':
        return this.other(connection);
    }
  }

  private async select(connection: EngineConnection, slot: Slot): Promise<void> {
    const { request, text, statement } = this.incoming;
    const context = await this.filtered(connection);
    // From here to streamResult nothing may fail: it alone closes the pipe.
    const reader = new PipeReader(slot.pipes.output);
    const sql = selectInto(text, statement, slot.pipes.output, this.format.name);
    const result = connection.run(this.tag + sql, context, 'Null');
    await this.cancellable(true, () =>
      streamResult(reader, result, this.answer, {
        bufferBytes: Math.max(request.bufferBytes, BUFFER_BYTES),
        waitEndOfQuery: request.waitEndOfQuery,
        spoolDirectory: this.needs.engine.spoolDirectory,
        isGone: this.gone.signal,
        format: this.format.name,
      }),
    );
  }

  private async insert(connection: EngineConnection, slot: Slot): Promise<void> {
    const { text, statement, data } = this.incoming;
    const sql = insertFrom(text, statement, slot.pipes.input);
    const result = connection.insert(this.tag + sql, this.context);
    const written = await feedInsert(slot.pipes.input, data, result, () =>
      this.needs.running.cancel(this.queryId),
    );
    await this.answer.sendWhole([], toInsertSummary(written));
  }

  private async other(connection: EngineConnection): Promise<void> {
    const { text, statement } = this.incoming;
    const { shardFilters } = this.needs.engine;
    const given = plain(text, statement);
    const onCluster =
      shardFilters === null
        ? undefined
        : onEveryServer(given, shardFilters.hasKeeper ? (this.context.database ?? '') : undefined);
    if (onCluster === '') {
      await this.answer.sendWhole([], EMPTY_SUMMARY);
      return;
    }
    const sql = this.tag + (onCluster ?? given);
    if (statement.verb === 'INSERT') {
      const steps = shardFilters?.knows(this.context.database)
        ? inTwoSteps(given, `inserted_${randomUUID()}`)
        : undefined;
      const written = await (steps === undefined
        ? connection.insert(sql, this.context)
        : this.insertInSteps(connection, steps));
      await this.answer.sendWhole([], toInsertSummary(written));
      return;
    }
    await this.cancellable(statement.readOnly, async () => {
      const result = await connection.run(sql, await this.filtered(connection), this.format.name);
      if (onCluster !== undefined) shardFilters?.learn(onCluster);
      if (statement.verb === 'RESTORE') shardFilters?.restoring();
      await this.answer.sendWhole([Buffer.from(result.body)], toSummary(result));
    });
  }

  private async insertInSteps(
    connection: EngineConnection,
    { create, select, insert, drop }: InsertSteps,
  ): Promise<EngineResult> {
    try {
      await connection.run(create, this.context, 'Null');
      await connection.run(this.tag + select, await this.filtered(connection), 'Null');
      return await connection.insert(this.tag + insert, this.context);
    } finally {
      await connection.run(drop, this.context, 'Null');
    }
  }

  /** With each shard of the cluster, if there is one, showing its own rows. */
  private async filtered(connection: EngineConnection): Promise<StatementContext> {
    const { shardFilters } = this.needs.engine;
    if (shardFilters === null) return this.context;
    if (shardFilters.mayLack(this.context.database)) {
      const { body } = await connection.run(FIND_DISTRIBUTED, PLAIN, 'TabSeparatedRaw');
      for (const engine of Buffer.from(body).toString('utf8').split('\n')) shardFilters.learn(engine);
    }
    return shardFilters.applyTo(this.context);
  }

  /** A client that goes away stops its statement, if that only reads: one that writes goes on to its end. */
  private async cancellable(isReadOnly: boolean, work: () => Promise<void>): Promise<void> {
    const { signal } = this.gone;
    let stop: (() => void) | undefined;
    const cancel = () => {
      stop = this.needs.running.keepCancelling(this.queryId);
    };
    if (isReadOnly && signal.aborted) cancel();
    else if (isReadOnly) signal.addEventListener('abort', cancel, { once: true });
    try {
      await work();
    } finally {
      signal.removeEventListener('abort', cancel);
      stop?.();
    }
  }
}

function toInsertSummary(written: EngineResult): Summary {
  return { ...toSummary(written), writtenRows: written.rows, writtenBytes: written.bytes };
}

function toSummary(result: EngineResult): Summary {
  return {
    ...EMPTY_SUMMARY,
    readRows: result.rows,
    readBytes: result.bytes,
    resultRows: result.rows,
    resultBytes: result.bytes,
    elapsedNs: Math.round(result.elapsedS * 1e9),
  };
}
