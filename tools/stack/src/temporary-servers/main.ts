import { StackError } from '../stack-error';
import { startTemporaryServers } from './temporary-servers';

/** Prints the servers' URLs as one line of JSON and runs them until stdin is closed or a signal comes. */
async function main(): Promise<void> {
  const over = Promise.withResolvers<undefined>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      over.resolve(undefined);
    });
  }
  process.stdin.resume().on('close', () => {
    over.resolve(undefined);
  });
  const servers = await startTemporaryServers(process.env);
  process.stdout.write(`${JSON.stringify(servers.urls)}\n`);
  await over.promise;
  await servers.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof StackError ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
