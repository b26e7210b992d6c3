/**
 * A migrated database of its own for each test file, cloned from a template that the first file of a run makes.
 * The template's name holds a hash of the migrations, so that another version never finds a stale one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createLogger, Secret } from '@bigdata/platform';
import { testServers } from '@bigdata/testing';
import { Client } from 'pg';
import { migrateToLatest } from '../db/migrate-database';
import { MIGRATIONS } from '../db/migrations';
import { openDatabase } from '../db/open-database';
import { type Database } from '../db/schema';

export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  drop(): Promise<void>;
}

/** Any number that nothing else in the tests' PostgreSQL locks. */
const TEMPLATE_LOCK = 7_262_001;

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `admin_test_${randomBytes(8).toString('hex')}`;
  const template = await asOwner(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    return ensureTemplate(client);
  });
  await asOwner((client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = urlOf(name);
  const db = openTestDatabase(url);
  return {
    url,
    db,
    async drop() {
      await db.destroy();
      await asOwner((client) => run(client, `DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** An empty database, for the migrations themselves. */
export async function createEmptyDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `admin_test_${randomBytes(8).toString('hex')}`;
  await asOwner((client) => client.query(`CREATE DATABASE ${name}`));
  return {
    url: urlOf(name),
    drop: () => asOwner((client) => run(client, `DROP DATABASE ${name} WITH (FORCE)`)),
  };
}

export function openTestDatabase(url: string, connectionsMax = 10): Database {
  const logger = createLogger({ service: 'test', level: 'error', format: 'json' });
  return openDatabase({ url: new Secret(url), connectionsMax, logger });
}

async function ensureTemplate(client: Client): Promise<string> {
  const hash = createHash('sha256');
  for (const [name, migration] of Object.entries(MIGRATIONS))
    hash.update(`${name} ${migration.up.toString()}`);
  const template = `admin_template_${hash.digest('hex').slice(0, 16)}`;
  const ready = await client.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [
    template,
  ]);
  if (ready.rowCount === 1) return template;
  await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${template}`);
  const db = openTestDatabase(urlOf(template), 2);
  try {
    await migrateToLatest(db);
  } finally {
    await db.destroy();
  }
  await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true`);
  return template;
}

async function asOwner<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: testServers().databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function run(client: Client, statement: string): Promise<void> {
  await client.query(statement);
}

function urlOf(database: string): string {
  const url = new URL(testServers().databaseUrl);
  url.pathname = `/${database}`;
  return url.href;
}
