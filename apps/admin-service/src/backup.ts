/**
 * PostgreSQL's part of backups and restores, with DATABASE_URL; `npx bigdata backup` and `restore` run it.
 *
 *   node backup.js save DIR               dumps the database into DIR/postgres
 *   node backup.js check DIR              are its files what they were?
 *   node backup.js erasures FILE          writes the erasures alone, to be kept apart from backups
 *   node backup.js restore DIR [--replace] [--erasures FILE]
 *                                         with ERASURE_KEY; prints what ClickHouse's part of the restore has to know
 *   node backup.js settle                 reads from stdin what ClickHouse's part printed
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { restoredLoadsSchema, type RestoreFacts } from '@bigdata/models';
import { loadConfig, writeWhole } from '@bigdata/platform';
import { openCopyConnection } from './backups/copy-connection';
import { dumpDatabase } from './backups/dump-database';
import { EMPTY_JOURNAL, parseErasureJournal, readErasureJournal } from './backups/erasure-journal';
import { readErasedHashes, readLoads, settleLoads } from './backups/loads-of-restore';
import { checkDump, restoreDatabase } from './backups/restore-database';
import { settings } from './config';
import { type CommandResult, failCommand, runDatabaseCommand } from './db/database-command';
import { type Database } from './db/schema';
import { createErasureVault } from './erasures/erasure-vault';

const USAGE =
  'usage: backup save DIR | check DIR | erasures FILE | restore DIR [--replace] [--erasures FILE] | settle';
const PART = 'postgres';

interface Given {
  readonly target: string;
  readonly replace: boolean;
  readonly erasures: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

type Work = (given: Given, db: Database) => Promise<CommandResult>;

const COMMANDS: Readonly<Record<string, { readonly needsTarget: boolean; readonly work: Work }>> = {
  save: {
    needsTarget: true,
    work: ({ target, env }) =>
      withConnection(env, async (connection) => {
        const { tables, taken_at } = await dumpDatabase(connection, path.join(target, PART));
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        return done(
          { taken_at, tables: tables.length, rows },
          `PostgreSQL as of ${taken_at}: ${rows} rows\n`,
        );
      }),
  },
  erasures: {
    needsTarget: true,
    async work({ target }, db) {
      const journal = await readErasureJournal(db);
      await writeWhole(target, `${JSON.stringify(journal)}\n`);
      const count = journal.erasures.length;
      return done({ erasures: count }, `${count} erasures\n`);
    },
  },
  restore: {
    needsTarget: true,
    work: ({ target, replace, erasures, env }, db) =>
      withConnection(env, async (connection) => {
        const vault = createErasureVault(loadConfig({ key: settings.erasureKey }, env, process.cwd()).key);
        const { identifiersAdded } = await restoreDatabase({
          ...{ db, connection, replace, folder: path.join(target, PART) },
          journal:
            erasures === undefined ? EMPTY_JOURNAL : parseErasureJournal(await readFile(erasures, 'utf8')),
        });
        const facts: RestoreFacts = {
          loads: await readLoads(db),
          erased: { keys: vault.listKeys, hashes: await readErasedHashes(db) },
          erased_since: identifiersAdded > 0,
        };
        return done(facts, `${JSON.stringify(facts)}\n`);
      }),
  },
  settle: {
    needsTarget: false,
    async work(_given, db) {
      const moved = await settleLoads(db, restoredLoadsSchema.parse(JSON.parse(await text(process.stdin))));
      return done({ loads_moved: moved }, `${moved} loads can no longer be undone\n`);
    },
  },
};

async function withConnection<T>(
  env: NodeJS.ProcessEnv,
  work: (connection: Awaited<ReturnType<typeof openCopyConnection>>) => Promise<T>,
): Promise<T> {
  const { url } = loadConfig({ url: settings.databaseUrl }, env, process.cwd());
  const connection = await openCopyConnection(url);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

function done(json: object, said: string): CommandResult {
  return { json, text: said, ok: true };
}

/** Of files alone: no database need be there. */
async function check(target: string, json: boolean): Promise<number> {
  const { backup, complaints } = await checkDump(path.join(target, PART));
  if (complaints.length > 0) return failCommand(complaints.join('\n'), json);
  const { taken_at } = backup;
  process.stdout.write(json ? `${JSON.stringify({ taken_at })}\n` : `PostgreSQL as of ${taken_at}: whole\n`);
  return 0;
}

function parseCommandLine(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        replace: { type: 'boolean', default: false },
        erasures: { type: 'string' },
      },
    });
  } catch {
    return null;
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseCommandLine(argv);
  if (parsed === null) return failCommand(USAGE, argv.includes('--json'));
  const { values, positionals } = parsed;
  const [name = '', target = ''] = positionals;
  if (name === 'check' && target !== '') return check(target, values.json);
  const command = COMMANDS[name];
  if (command === undefined || (command.needsTarget && target === '')) return failCommand(USAGE, values.json);
  return runDatabaseCommand({
    name: 'backup',
    env: process.env,
    json: values.json,
    work: (db) =>
      command.work({ target, replace: values.replace, erasures: values.erasures, env: process.env }, db),
  });
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
