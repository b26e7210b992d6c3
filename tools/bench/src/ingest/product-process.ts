import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ControlEvent, type ControlRequest, workspaceRoot } from '@bigdata/stack';

/** The built product as `npm start` runs it: all services and their servers as processes. */
export type ProductProcess = {
  readonly gatewayUrl: string;
  readonly adminKey: string;
  /** Of the ingest worker that runs now. */
  readonly workerPid: () => number;
  /** Replaces the ingest worker by a new process, which nothing has warmed up or filled. */
  readonly restartWorker: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/**
 * Starts it on free ports; resolves once every door answers. It ends with this process, however that ends.
 * @param home folder for all of its state
 * @param env settings of the stack and its services; see `npm start -- --help`
 */
export const startProduct = async (home: string, env: NodeJS.ProcessEnv): Promise<ProductProcess> => {
  const child = spawn(process.execPath, [path.join(workspaceRoot(), 'dist/stack/main.js'), '--no-sample'], {
    env: { ...env, BIGDATA_HOME: home, GATEWAY_PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-10_000)));
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const gone = exited.then((): never => {
    throw new Error(`the stack has ended:\n${output}`);
  });
  gone.catch(() => undefined);
  const nextEvent = async (isIt: (event: ControlEvent) => boolean): Promise<ControlEvent> =>
    Promise.race([eventOf(child, isIt), gone]);

  const started = await nextEvent(({ type }) => type !== 'done');
  if (started.type !== 'ready') {
    await exited;
    throw new Error(`the stack did not start:\n${output}`);
  }
  return {
    gatewayUrl: started.gatewayUrl,
    adminKey: started.adminKey,
    workerPid: () => {
      const file = JSON.parse(readFileSync(path.join(home, 'stack.json'), 'utf8')) as {
        pids: Readonly<Record<string, number>>;
      };
      return file.pids['ingest-worker'] ?? 0;
    },
    restartWorker: async () => {
      const request: ControlRequest = { id: Date.now(), type: 'restart', name: 'ingest-worker' };
      const done = nextEvent((event) => event.type === 'done' && event.id === request.id);
      child.send(request);
      const event = await done;
      if (event.type === 'done' && event.error !== null) throw new Error(event.error);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
};

const eventOf = (child: ChildProcess, isIt: (event: ControlEvent) => boolean): Promise<ControlEvent> =>
  new Promise((resolve) => {
    const listen = (event: ControlEvent): void => {
      if (!isIt(event)) return;
      child.off('message', listen);
      resolve(event);
    };
    child.on('message', listen);
  });
