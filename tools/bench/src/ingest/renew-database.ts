import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '@bigdata/stack';
import { type ClickHouseHttp } from '../system/clickhouse-http';
import { CREATE_PLAIN_TABLE } from './plain-load';

const run = promisify(execFile);

/** Drops the database with whatever merges in it and makes it again: the migrations of the product, and the plain table. */
export const renewDatabase = async (
  clickhouse: ClickHouseHttp,
  { url, database }: { readonly url: string; readonly database: string },
): Promise<void> => {
  await clickhouse.run(`DROP DATABASE IF EXISTS ${database} SYNC`, { database: 'default' });
  const script = path.join(workspaceRoot(), 'dist/ingest-worker/migrate.js');
  await run(process.execPath, [script, 'up'], {
    env: { CLICKHOUSE_URL: url, CLICKHOUSE_DATABASE: database },
  });
  await clickhouse.run(CREATE_PLAIN_TABLE);
};
