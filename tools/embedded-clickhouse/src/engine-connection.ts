import { Session } from 'chdb';
import { runInsert } from './native-insert';
import { quoteIdentifier, quoteString } from './rewrite';

/** What one statement wants to find: its database, settings and parameters. */
export type StatementContext = {
  readonly database: string | undefined;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
};

/** What a client's own SET or USE changed: settings as SQL literals. */
export type SessionChange = {
  readonly settings: ReadonlyMap<string, string>;
  readonly database: string | undefined;
};

/** Rows and bytes are those of the result for a SELECT, those written for an INSERT. */
export type EngineResult = {
  readonly body: Uint8Array;
  readonly rows: number;
  readonly bytes: number;
  readonly elapsedS: number;
};

const DEFAULT_DATABASE = 'default';

/**
 * One connection to the engine. It remembers which settings, parameters and database are in force, so that a
 * statement sends only the difference.
 * A pooled connection is replaced after any error: the engine keeps half-written output of a failed statement and
 * would hand it out with the next one. A kept one (a client's session) has state worth more, so it takes extra calls.
 */
export class EngineConnection {
  private readonly session: Session;
  private readonly isKept: boolean;
  /** Settings and parameters in force, as SQL literals. */
  private readonly applied = new Map<string, string>();
  private database = DEFAULT_DATABASE;
  /** What the client has SET and USEd in its session; a request's own settings end with the request. */
  private readonly base = new Map<string, string>();
  private baseDatabase = DEFAULT_DATABASE;

  constructor(directory: string, engineArgs: readonly string[], isKept: boolean) {
    this.session = new Session(directory, { connectionArgs: [...engineArgs] });
    this.isKept = isKept;
  }

  /** Runs one statement on libuv's pool. Settles only when the engine is done with it. */
  async run(sql: string, context: StatementContext, format: string): Promise<EngineResult> {
    const result = await this.execute(sql, context, (whole) => this.session.queryAsync(whole, { format }));
    return { body: result.bytes(), rows: result.rowsRead, bytes: result.bytesRead, elapsedS: result.elapsed };
  }

  /** The same for an INSERT: rows and bytes are those written. */
  async insert(sql: string, context: StatementContext): Promise<EngineResult> {
    const result = await this.execute(sql, context, (whole) => runInsert(this.session, whole));
    return {
      body: new Uint8Array(),
      rows: result.rowsWritten,
      bytes: result.bytesWritten,
      elapsedS: result.elapsed,
    };
  }

  remember(change: SessionChange): void {
    for (const [name, literal] of change.settings) {
      this.base.set(name, literal);
      this.applied.set(name, literal);
    }
    if (change.database !== undefined) {
      this.baseDatabase = change.database;
      this.database = change.database;
    }
  }

  close(): void {
    this.session.close();
  }

  private async execute<T>(
    sql: string,
    context: StatementContext,
    run: (sql: string) => Promise<T>,
  ): Promise<T> {
    if (this.isKept) return this.executeKept(sql, context, run);
    // One native call for everything: each costs a hop to libuv's pool and back.
    const changes = this.changes(context);
    const use = this.use(context);
    this.commit(changes, context);
    const set = changes.length === 0 ? '' : `SET ${changes.map(toAssignment).join(', ')}; `;
    return run(set + use + sql);
  }

  private async executeKept<T>(
    sql: string,
    context: StatementContext,
    run: (sql: string) => Promise<T>,
  ): Promise<T> {
    const changes = this.changes(context);
    if (changes.length > 0) await this.session.queryAsync(`SET ${changes.map(toAssignment).join(', ')}`);
    this.commit(changes, { ...context, database: this.database });
    const use = this.use(context);
    if (use !== '') await this.session.queryAsync(use);
    this.commit([], context);
    try {
      return await run(sql);
    } catch (cause) {
      await this.session.queryAsync('SELECT 1 FORMAT Null');
      throw cause;
    }
  }

  /** Settings and parameters to set; undefined returns one to its default. */
  private changes(context: StatementContext): [name: string, literal: string | undefined][] {
    const wanted = new Map(this.base);
    for (const [name, value] of context.settings) wanted.set(name, quoteString(value));
    for (const [name, value] of context.parameters) wanted.set(`param_${name}`, quoteString(value));
    const changes: [string, string | undefined][] = [];
    // A parameter cannot be unset; the front refuses a statement that uses one not given, so none is seen.
    for (const name of this.applied.keys())
      if (!wanted.has(name) && !name.startsWith('param_')) changes.push([name, undefined]);
    for (const [name, literal] of wanted)
      if (this.applied.get(name) !== literal) changes.push([name, literal]);
    return changes;
  }

  private use(context: StatementContext): string {
    const database = context.database ?? this.baseDatabase;
    return database === this.database ? '' : `USE ${quoteIdentifier(database)}; `;
  }

  private commit(changes: readonly [string, string | undefined][], context: StatementContext): void {
    for (const [name, literal] of changes)
      if (literal === undefined) this.applied.delete(name);
      else this.applied.set(name, literal);
    this.database = context.database ?? this.baseDatabase;
  }
}

function toAssignment([name, literal]: readonly [string, string | undefined]): string {
  return `${name} = ${literal ?? 'DEFAULT'}`;
}
