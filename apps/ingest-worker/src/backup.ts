/**
 * ClickHouse's part of backups and restores, with CLICKHOUSE_URL, CLICKHOUSE_DATABASE and CLICKHOUSE_BACKUP_TO;
 * `npx bigdata backup` and `restore` run it, after and between the commands of admin-service's `backup.js`.
 *
 *   node backup.js save DIR                  backs the database up into DIR/clickhouse, or where the setting says
 *   node backup.js check DIR                 are its files what they were?
 *   node backup.js restore DIR [--replace]   reads from stdin what PostgreSQL's part printed, prints what that has to know
 */
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type ClickHouse, createDatabase, migrateUp, openClickHouse } from '@bigdata/clickhouse';
import { AppError, restoreFactsSchema } from '@bigdata/models';
import { loadConfig, redact } from '@bigdata/platform';
import { type BackupStoreAccess, parseBackupLocation } from './backups/backup-location';
import { createBackupStore } from './backups/backup-store';
import { checkRecords, restoreRecords } from './backups/restore-records';
import { saveRecords } from './backups/save-records';
import { backupSettings, clickhouseSettings, sourceSettings } from './config';
import { createErasureStore } from './erasures/erasure-store';
import { createClickHouseLoader } from './load/clickhouse-loader';

const USAGE = 'usage: backup save DIR | check DIR | restore DIR [--replace]';
const PART = 'clickhouse';
/** Statements that look through all rows take as long as they take. */
const REQUEST_TIMEOUT_MS = 6 * 3_600_000;

const { s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey } = sourceSettings;
const settings = {
  ...clickhouseSettings,
  ...backupSettings,
  ...{ s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey },
};

interface Opened {
  readonly clickhouse: ClickHouse;
  readonly database: string;
  readonly access: BackupStoreAccess;
  readonly location: ReturnType<typeof parseBackupLocation>;
}

/** Makes the database when it is not there yet. */
async function withClickHouse<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const config = loadConfig(settings, process.env, process.cwd());
  const database = config.clickhouseDatabase;
  const open = (name: string) =>
    openClickHouse({
      url: config.clickhouseUrl,
      database: name,
      cluster: config.clickhouseCluster,
      application: 'backup',
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      connectionsMax: 2,
    });
  const [server, clickhouse] = [open('default'), open(database)];
  try {
    await createDatabase(server, database);
    const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
    return await work({
      clickhouse,
      database,
      location: parseBackupLocation(config.clickhouseBackupTo),
      access: {
        endpoint: config.s3Endpoint === null ? null : new URL(config.s3Endpoint),
        region: config.s3Region,
        credentials:
          accessKeyId !== null && secretAccessKey !== null ? { accessKeyId, secretAccessKey } : null,
      },
    });
  } finally {
    await Promise.all([server.close(), clickhouse.close()]);
  }
}

async function save(folder: string, signal: AbortSignal): Promise<object> {
  const { taken_at, size_bytes } = await withClickHouse(({ clickhouse, ...more }) =>
    saveRecords({ store: createBackupStore(clickhouse), folder, ...more }, signal),
  );
  return { taken_at, size_bytes };
}

async function check(folder: string): Promise<object> {
  const { backup, complaints } = await checkRecords(folder);
  if (complaints.length > 0) throw new AppError('conflict', { detail: complaints.join('\n') });
  return { taken_at: backup.taken_at, location: backup.location, files: backup.files.length };
}

async function restore(folder: string, replace: boolean, signal: AbortSignal): Promise<object> {
  const facts = restoreFactsSchema.parse(JSON.parse(await text(process.stdin)));
  return withClickHouse(({ clickhouse, location, access }) =>
    restoreRecords(
      {
        store: createBackupStore(clickhouse),
        erasures: createErasureStore(clickhouse),
        loader: createClickHouseLoader(clickhouse),
        migrate: () => migrateUp(clickhouse),
        ...{ location, access, folder, facts, replace },
      },
      signal,
    ),
  );
}

function run(argv: readonly string[], signal: AbortSignal): Promise<object> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, replace: { type: 'boolean', default: false } },
  });
  const [command, target] = positionals;
  if (target !== undefined) {
    const folder = path.join(target, PART);
    if (command === 'save') return save(folder, signal);
    if (command === 'check') return check(folder);
    if (command === 'restore') return restore(folder, values.replace, signal);
  }
  throw new AppError('invalid_request', { detail: USAGE });
}

async function main(argv: readonly string[]): Promise<number> {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  try {
    process.stdout.write(`${JSON.stringify(await run(argv, stopped.signal))}\n`);
    return 0;
  } catch (error) {
    const said =
      error instanceof AppError ? `${error.detail} ${JSON.stringify(error.context)}` : String(error);
    process.stderr.write(`backup: ${String(redact(said))}\n`);
    return 1;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
