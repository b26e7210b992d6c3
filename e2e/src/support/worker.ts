/** Another ingest worker beside the one of a stack, as another host would run it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createExtraProcess, type ExtraProcess } from './extra-process';
import { readSecrets, readStackFile, serviceOf } from './stack-file';

/** Does not start it yet. @param env settings as the stack's own worker has them @param folder of another version */
export function createExtraWorker(
  home: string,
  env: Readonly<Record<string, string>>,
  folder?: string,
): ExtraProcess {
  return createExtraProcess({
    home,
    service: 'ingest-worker',
    name: 'extra-worker',
    folder,
    env: () => ({ ...settingsOf(home), ...env }),
  });
}

function settingsOf(home: string): Record<string, string> {
  const { CLICKHOUSE_URL, CLICKHOUSE_DATABASE, CLICKHOUSE_CLUSTER, REDIS_URL } = readStackFile(home);
  return {
    NODE_ENV: 'production',
    LOG_FORMAT: 'json',
    CLICKHOUSE_URL,
    CLICKHOUSE_DATABASE,
    ...(CLICKHOUSE_CLUSTER !== undefined && { CLICKHOUSE_CLUSTER }),
    REDIS_URL,
    ADMIN_SERVICE_URL: serviceOf(home, 'admin-service').url,
    SERVICE_IDENTITY_SECRET: readSecrets(home).service_identity_secret,
    INBOX_DIR: path.join(home, 'inbox'),
    INGEST_FILE_ROOTS: path.join(home, 'files'),
  };
}

export interface LoggedPiece {
  readonly job_id: string;
  readonly piece: string;
  readonly range?: number;
  readonly outcome: string;
}

/** The pieces of work that a worker has written about in its log. */
export function piecesOf(logFile: string): LoggedPiece[] {
  if (!existsSync(logFile)) return [];
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes('"ingest piece"'))
    .map((line) => JSON.parse(line) as LoggedPiece);
}
