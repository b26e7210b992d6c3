/** The pool and kysely over it. Whatever leaves here is an AppError or a bug; see postgres-errors. */
import { AppError } from '@bigdata/models';
import { type Logger, type Secret } from '@bigdata/platform';
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { Pool, types } from 'pg';
import { fromDriver } from './postgres-errors';
import { openPipeline } from './pipeline';
import { type Database, type Tables } from './schema';

const CONNECT_TIMEOUT_MS = 3_000;
/** Bounds of one statement: by the server, and by us should the server not answer any more. */
const STATEMENT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 15_000;
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
const INT8_OID = 20;

export interface DatabaseOptions {
  readonly url: Secret;
  readonly connectionsMax: number;
  readonly logger: Logger;
  /** False behind a pooler that gives every transaction another connection and knows no prepared statements. */
  readonly prepare?: boolean;
  /** Migrations take as long as they take. */
  readonly statementTimeoutMs?: number;
}

/** Connects at the first query, not here: a PostgreSQL that is away shows at each query and passes by itself. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, connectionsMax, logger, prepare = true, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const pool = new Pool({
    connectionString: url.reveal(),
    application_name: 'admin-service',
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: true,
    statement_timeout: statementTimeoutMs,
    ...(statementTimeoutMs > 0
      ? { query_timeout: Math.max(ANSWER_TIMEOUT_MS, statementTimeoutMs + 5_000) }
      : {}),
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    types: { getTypeParser: toParser },
  });
  // The pool listens to a connection while it is idle, whoever holds it while it is not. In between nobody does: a server
  // that dies just then would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // An idle connection that breaks would end the process otherwise; the pool replaces it at the next query.
  pool.on('error', (error) => logger.debug('lost an idle connection to postgres', { error }));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: classifyErrors(pool, prepare) }) });
}

type TypeId = Parameters<typeof types.getTypeParser>[0];
type Parser = (value: string) => unknown;

/** int8 comes as text, because it can exceed a number; ours never do (CREDITS_MAX), so they become numbers. */
function toParser(oid: TypeId, format: 'text' | 'binary' = 'text'): Parser {
  if ((oid as number) !== INT8_OID || format !== 'text') return types.getTypeParser(oid, format) as Parser;
  return (value) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw new AppError('internal', { context: { reason: 'int8 too large' } });
    return number;
  };
}

/** The driver's pool with its errors classified where they leave it. */
function classifyErrors(pool: Pool, prepare: boolean): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      try {
        return openPipeline(await pool.connect(), prepare);
      } catch (error) {
        throw fromDriver(error);
      }
    },
  };
}
