/** What the commands over the database have in common: DATABASE_URL, failures in words, exit codes. */
import { AppError } from '@bigdata/models';
import { ConfigError, createLogger, loadConfig } from '@bigdata/platform';
import { databaseUrl } from '../config';
import { openDatabase } from './open-database';
import { sqlstateOf } from './postgres-errors';
import { type Database } from './schema';

const DATABASE_MISSING = '3D000';

export interface CommandResult {
  readonly json: object;
  readonly text: string;
  /** Whether the thing asked for is so. */
  readonly ok: boolean;
}

export interface DatabaseCommand {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  /** Prints JSON for programs, failures too. */
  readonly json: boolean;
  /** Statements take as long as they take. */
  readonly work: (db: Database) => Promise<CommandResult>;
}

/** @returns the exit code */
export async function runDatabaseCommand({ name, env, json, work }: DatabaseCommand): Promise<number> {
  let url;
  try {
    url = loadConfig({ databaseUrl }, env, process.cwd()).databaseUrl;
  } catch (error) {
    if (error instanceof ConfigError) return failCommand(error.message, json);
    throw error;
  }
  const logger = createLogger({ service: name, level: 'warn', format: 'json', stream: process.stderr });
  const db = openDatabase({ url, connectionsMax: 2, logger, statementTimeoutMs: 0 });
  try {
    const result = await work(db);
    process.stdout.write(json ? `${JSON.stringify(result.json)}\n` : result.text);
    return result.ok ? 0 : 1;
  } catch (error) {
    if (sqlstateOf(error) === DATABASE_MISSING) {
      const database = decodeURIComponent(new URL(url.reveal()).pathname.slice(1));
      return failCommand(
        `the database "${database}" does not exist: create it first, migrate makes only its tables`,
        json,
      );
    }
    if (error instanceof AppError && error.kind === 'unavailable') {
      return failCommand(`PostgreSQL is not available (${codeOf(error.cause)})`, json);
    }
    if (error instanceof AppError && error.kind === 'conflict') return failCommand(error.detail, json);
    logger.error(`${name} failed`, { error });
    return failCommand(`${name} failed, see the log line above`, json);
  } finally {
    await db.destroy();
  }
}

/** @returns the exit code of a failure */
export function failCommand(message: string, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify({ error: message })}\n`);
  else process.stderr.write(`${message}\n`);
  return 1;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
}
