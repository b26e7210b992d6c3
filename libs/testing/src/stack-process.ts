import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ControlEvent, type ControlRequest, workspaceRoot } from '@bigdata/stack';
import { inheritedEnvironment } from './test-environment';

export type StartStackOptions = {
  /** BIGDATA_HOME of the stack: its data stays there after stop, for another start. */
  home: string;
  /** Load the sample file on the first start; default: no. */
  sample?: boolean;
  /** Added to the environment of the stack, and so of its services. */
  env?: Record<string, string>;
  /** Further options of `npm start`. */
  args?: readonly string[];
};

/** Every process of the stack, by the name of its log. */
export type StackProcessName =
  'clickhouse' | 'postgres' | 'redis' | 'admin-service' | 'query-service' | 'ingest-worker' | 'gateway';

export type StackProcess = {
  gatewayUrl: string;
  adminKey: string;
  demoKey: string;
  home: string;
  /** Of the supervisor. */
  pid: number;
  /** Pid of one process of the stack, as of its last start. */
  pidOf(name: StackProcessName): number;
  /** Sends a signal to one process; resolves when it has ended of it. The stack goes on without it. */
  kill(name: StackProcessName, signal: NodeJS.Signals): Promise<void>;
  /** Ends one process when it still runs and starts it where its clients know it; resolves when it is ready. */
  restart(name: StackProcessName): Promise<void>;
  /** What the stack has printed so far. */
  output(): string;
  /** Ends everything in order, as Ctrl-C does; gives the exit code. */
  stop(): Promise<number | null>;
};

/**
 * Starts the whole stack as `npm start` does, as a process of its own on free ports, and resolves once every
 * door answers. It ends with this process, however that ends.
 */
export async function startStack(options: StartStackOptions): Promise<StackProcess> {
  const { home, sample = false, env = {}, args = [] } = options;
  const script = path.join(workspaceRoot(), 'dist/stack/main.js');
  if (!existsSync(script)) throw new Error(`${script} is missing: build first (npx nx run-many -t build).`);
  const child = spawn(process.execPath, [script, ...(sample ? [] : ['--no-sample']), ...args], {
    env: { ...inheritedEnvironment(), GATEWAY_PORT: '0', ...env, BIGDATA_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      resolve(code);
    });
  });

  const waiting = new Map<number, (error: string | null) => void>();
  const ready = new Promise<Extract<ControlEvent, { type: 'ready' }>>((resolve, reject) => {
    child.on('message', (event: ControlEvent) => {
      if (event.type === 'ready') resolve(event);
      else if (event.type === 'failed') reject(new Error(event.message));
      else waiting.get(event.id)?.(event.error);
    });
    void exited.then((code) => {
      reject(new Error(`The stack ended with exit code ${code}:\n${output}`));
      for (const settle of waiting.values()) settle(`The stack ended with exit code ${code}:\n${output}`);
    });
  });

  let lastId = 0;
  const ask = async (request: ControlRequest) => {
    const error = await new Promise<string | null>((resolve) => {
      waiting.set(request.id, resolve);
      child.send(request, (failure) => {
        if (failure) resolve(failure.message);
      });
    });
    waiting.delete(request.id);
    if (error !== null) throw new Error(error);
  };

  const { gatewayUrl, adminKey, demoKey } = await ready.catch(async (error: unknown) => {
    await exited;
    throw error;
  });
  return {
    gatewayUrl,
    adminKey,
    demoKey,
    home,
    pid: child.pid ?? 0,
    pidOf: (name) => {
      const { pids } = JSON.parse(readFileSync(path.join(home, 'stack.json'), 'utf8')) as {
        pids: Record<string, number>;
      };
      return pids[name] ?? 0;
    },
    kill: (name, signal) => ask({ id: (lastId += 1), type: 'kill', name, signal }),
    restart: (name) => ask({ id: (lastId += 1), type: 'restart', name }),
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
