/**
 * One connection for a whole dump or load, outside the pool: its transaction may take hours, and COPY is a stream. It
 * keeps nothing between transactions, so a pooler may stand between.
 */
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@bigdata/models';
import { type Secret } from '@bigdata/platform';
import { Client } from 'pg';
import { from, to } from 'pg-copy-streams';
import { fromDriver, sqlstateOf } from '../db/postgres-errors';

const CONNECT_TIMEOUT_MS = 10_000;

export interface CopyOut {
  readonly stream: Readable;
  /** Once the stream has ended. */
  rows(): number;
}

export interface CopyConnection {
  /** Commits what `work` did, or nothing of it. @param mode of the transaction, such as READ ONLY */
  inTransaction<T>(mode: string, work: () => Promise<T>): Promise<T>;
  query<T extends object>(statement: string, parameters?: readonly unknown[]): Promise<T[]>;
  copyOut(statement: string): CopyOut;
  /** @returns the number of rows */
  copyIn(statement: string, source: Readable, ...stages: NodeJS.ReadWriteStream[]): Promise<number>;
  close(): Promise<void>;
}

export async function openCopyConnection(url: Secret): Promise<CopyConnection> {
  const client = new Client({
    connectionString: url.reveal(),
    application_name: 'admin-service-backup',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // What breaks the connection is told by the statement under way.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw fromDriver(error);
  }
  const run = async <T extends object>(
    statement: string,
    parameters: readonly unknown[] = [],
  ): Promise<T[]> => {
    try {
      return (await client.query<T>(statement, [...parameters])).rows;
    } catch (error) {
      throw fromDriver(error);
    }
  };
  return {
    query: run,
    async inTransaction(mode, work) {
      await run(`BEGIN ISOLATION LEVEL ${mode}`);
      try {
        // Whatever the server ends by default: between two tables nothing is asked for a while.
        await run('SET LOCAL idle_in_transaction_session_timeout = 0');
        await run('SET LOCAL statement_timeout = 0');
        const result = await work();
        await run('COMMIT');
        return result;
      } catch (error) {
        await run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
    copyOut(statement) {
      const stream = client.query(to(statement));
      return { stream, rows: () => stream.rowCount };
    },
    async copyIn(statement, source, ...stages) {
      const sink = client.query(from(statement));
      try {
        await pipeline([source, ...stages, sink]);
      } catch (error) {
        // PostgreSQL quotes the row that it could not take.
        throw new AppError('internal', { context: { statement, sqlstate: sqlstateOf(error) } });
      }
      return sink.rowCount;
    },
    close: () => client.end(),
  };
}
