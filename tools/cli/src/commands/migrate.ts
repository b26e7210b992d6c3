/** Runs the migrations of both stores through the bundles of the services that own them. */
import { type Command } from 'commander';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { runServiceBundle, storesOf } from '../service-bundle';

const STORES = [
  { name: 'PostgreSQL', bundle: 'admin-service', needs: ['DATABASE_URL'] },
  {
    name: 'ClickHouse',
    bundle: 'ingest-worker',
    needs: ['CLICKHOUSE_URL', 'CLICKHOUSE_DATABASE', 'CLICKHOUSE_CLUSTER'],
  },
] as const;

export function addMigrateCommand(program: Command, contextOf: (command: Command) => CommandContext): void {
  const migrate = program.command('migrate').description('schemas of PostgreSQL and ClickHouse');
  for (const [action, description, isDefault] of [
    ['status', 'which migrations have been applied', true],
    ['up', 'apply what is missing; safe to repeat', false],
  ] as const) {
    migrate
      .command(action, { isDefault })
      .description(description)
      .action(async (_options: object, command: Command) => {
        const context = contextOf(command);
        const env = storesOf(
          context,
          STORES.flatMap(({ needs }) => needs),
        );
        for (const store of STORES) {
          context.output.say(`${store.name}:`);
          const args = [action, ...(context.json ? ['--json'] : [])];
          const code = await runServiceBundle(context, `${store.bundle}/migrate.js`, args, env);
          if (code !== 0) throw new CliError(`The migrations of ${store.name} failed (exit ${code}).`);
        }
      });
  }
}
