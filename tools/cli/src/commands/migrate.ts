/** Runs the migrations of both stores through the bundles of the services that own them. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command } from 'commander';
import { CliError } from '../cli-error';
import { type Environment } from '../connection';
import { type CommandContext } from '../context';

const STORES = [
  { name: 'PostgreSQL', bundle: 'admin-service', needs: ['DATABASE_URL'] },
  { name: 'ClickHouse', bundle: 'ingest-worker', needs: ['CLICKHOUSE_URL', 'CLICKHOUSE_DATABASE'] },
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
        const env = { ...readStack(context.home), ...context.env };
        for (const store of STORES) {
          const missing = store.needs.filter((name) => env[name] === undefined);
          if (missing.length > 0) {
            throw new CliError(
              `${missing.join(' and ')} must be set, or a stack must be running (npm start).`,
            );
          }
        }
        for (const store of STORES) {
          context.output.say(`${store.name}:`);
          const bundle = path.join(context.root, 'dist', store.bundle, 'migrate.js');
          const code = await run(bundle, [action, ...(context.json ? ['--json'] : [])], env);
          if (code !== 0) throw new CliError(`The migrations of ${store.name} failed (exit ${code}).`);
        }
      });
  }
}

/** The stores of a running local stack. */
function readStack(home: string): Environment {
  let stack: Record<string, unknown>;
  try {
    stack = JSON.parse(readFileSync(path.join(home, 'stack.json'), 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
  const names = STORES.flatMap(({ needs }) => needs);
  return Object.fromEntries(
    names.flatMap((name) => (typeof stack[name] === 'string' ? [[name, stack[name]]] : [])),
  );
}

function run(bundle: string, args: readonly string[], env: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle, ...args], {
      env: env,
      stdio: 'inherit',
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
