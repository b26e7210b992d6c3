import { serveControl } from './control';
import { HELP, parseOptions } from './options';
import { runStack } from './run-stack';
import { StackError } from './stack-error';
import { onStopRequest } from './stop-requests';
import { workspaceRoot } from './workspace';

/** npm hands one Ctrl-C on to a child that the terminal has sent it to as well. */
const SAME_CTRL_C_MS = 1_000;

async function main(): Promise<number> {
  const root = workspaceRoot();
  // An empty variable is one that is not set.
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const options = parseOptions(process.argv.slice(2), env, root);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (options.help) {
    print(HELP);
    return 0;
  }
  const stack = runStack({ options, env, root, print });
  serveControl(stack);
  onStopRequest({
    watchParent: env['BIGDATA_WATCH_PARENT'] === '1',
    sameCtrlCMs: SAME_CTRL_C_MS,
    stop: (reason) => {
      stack.stop(reason);
    },
    force: () => {
      print('Ctrl-C again: killing everything.');
      stack.force();
    },
  });
  return stack.ended;
}

process.stdout.on('error', () => undefined); // the terminal is gone: what runs is still stopped in order
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text = error instanceof StackError ? error.message : error instanceof Error ? error.stack : error;
    process.stderr.write(`${String(text)}\n`);
    process.exit(1);
  },
);
