/**
 * Backups and restores of both stores through the bundles of the services that own them. PostgreSQL comes first in both:
 * what it knows must be in ClickHouse's part, and what it does not know is taken out of ClickHouse's part again.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  clickhouseBackupSchema,
  MANIFEST_FILE,
  postgresBackupSchema,
  restoredLoadsSchema,
} from '@bigdata/models';
import { type Command } from 'commander';
import { type z } from 'zod';
import { type CommandContext } from '../context';
import { askServiceBundle, storesOf } from '../service-bundle';

const POSTGRES = 'admin-service/backup.js';
const CLICKHOUSE = 'ingest-worker/backup.js';
const CLICKHOUSE_STORE = [
  'CLICKHOUSE_URL',
  'CLICKHOUSE_DATABASE',
  'CLICKHOUSE_CLUSTER',
  'CLICKHOUSE_BACKUP_TO',
];

interface RestoreOptions {
  readonly replace?: boolean;
  readonly erasures?: string;
}

export function addBackupCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  program
    .command('backup <folder>')
    .description('back PostgreSQL and ClickHouse up into a new folder, while the services go on')
    .option(
      '--only-erasures',
      'only the list of erasures, into a file; a restore of an older backup needs it',
    )
    .action(async (folder: string, options: { onlyErasures?: boolean }, command: Command) => {
      const context = contextOf(command);
      const target = path.resolve(folder);
      if (options.onlyErasures) {
        const env = storesOf(context, ['DATABASE_URL']);
        context.output.item(
          (await askServiceBundle(context, POSTGRES, ['erasures', target, '--json'], env)) as object,
        );
        return;
      }
      const env = storesOf(context, ['DATABASE_URL', ...CLICKHOUSE_STORE]);
      await askServiceBundle(context, POSTGRES, ['save', target, '--json'], env);
      context.output.say('PostgreSQL is saved.');
      await askServiceBundle(context, CLICKHOUSE, ['save', target], env);
      context.output.item(summaryOf(target));
    });

  program
    .command('verify-backup <folder>')
    .description('are the files of a backup what they were when it was taken?')
    .action(async (folder: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const target = path.resolve(folder);
      await askServiceBundle(context, POSTGRES, ['check', target, '--json'], context.env);
      await askServiceBundle(context, CLICKHOUSE, ['check', target], context.env);
      context.output.item(summaryOf(target));
    });

  program
    .command('restore <folder>')
    .description(
      'make empty stores what they were; without services running, and with the secrets of the backup',
    )
    .option('--replace', 'the stores are not empty: what they hold is lost, but for the erasures')
    .option('--erasures <file>', 'the latest file of `backup --only-erasures`')
    .action(async (folder: string, { replace, erasures }: RestoreOptions, command: Command) => {
      const context = contextOf(command);
      const target = path.resolve(folder);
      const env = storesOf(context, ['DATABASE_URL', ...CLICKHOUSE_STORE, 'ERASURE_KEY']);
      const flags = replace ? ['--replace'] : [];
      const journal = erasures === undefined ? [] : ['--erasures', path.resolve(erasures)];
      const ask = (entry: string, args: readonly string[], input?: unknown): Promise<unknown> =>
        askServiceBundle(context, entry, args, env, input === undefined ? '' : JSON.stringify(input));
      const facts = await ask(POSTGRES, ['restore', target, '--json', ...flags, ...journal]);
      context.output.say('PostgreSQL is restored.');
      const loads = restoredLoadsSchema.parse(await ask(CLICKHOUSE, ['restore', target, ...flags], facts));
      const settled = (await ask(POSTGRES, ['settle', '--json'], loads)) as object;
      // Fails when a balance is not the sum of its ledger.
      const books = (await ask('admin-service/verify-credits.js', ['--json'])) as { entries: number };
      context.output.item({
        ...summaryOf(target),
        ...settled,
        records_erased: loads.records_erased,
        ledger_entries_verified: books.entries,
      });
    });
}

function summaryOf(folder: string): Record<string, unknown> {
  const manifestOf = <S extends z.ZodType>(part: string, schema: S): z.output<S> =>
    schema.parse(JSON.parse(readFileSync(path.join(folder, part, MANIFEST_FILE), 'utf8')));
  const postgres = manifestOf('postgres', postgresBackupSchema);
  const clickhouse = manifestOf('clickhouse', clickhouseBackupSchema);
  return {
    folder,
    as_of: postgres.taken_at,
    rows_of_postgres: postgres.tables.reduce((sum, { rows }) => sum + rows, 0),
    bytes_of_clickhouse: clickhouse.size_bytes,
    clickhouse_files: clickhouse.location ?? path.join(folder, 'clickhouse'),
  };
}
