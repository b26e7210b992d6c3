import { workspaceRoot } from '@bigdata/stack';
import { listChecks } from './list-checks';
import { HELP, parseOptions, selectChecks } from './options';
import { runChecks } from './run-checks';

async function main(args: readonly string[]): Promise<number> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const options = parseOptions(args);
  const checks = listChecks({ root: workspaceRoot(), env: process.env, print });
  if (options.help) {
    print(HELP);
    return 0;
  }
  if (options.list) {
    for (const { name, about } of checks) print(`${name}: ${about}`);
    return 0;
  }
  return (await runChecks(selectChecks(checks, options.only), print)) === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  },
);
