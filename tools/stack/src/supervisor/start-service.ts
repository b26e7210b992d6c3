import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ProcessRegistry, startChild } from '../process/child';
import { untilReady } from '../process/ready';
import { StackError } from '../stack-error';
import { type RunningProcess } from './managed-process';
import { type ProgramSpec, SERVICE_DRAIN_MS, type ServiceSpec } from './plan';

const READY_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 3_000;
const KILL_AFTER_MS = SERVICE_DRAIN_MS + 3_000;

export type LaunchContext = {
  logFile: string;
  env: NodeJS.ProcessEnv;
  registry: ProcessRegistry;
  /** A script that is told which program to start, as PROJECT/SCRIPT.js: out of an image, for one. */
  launcher: string | null;
};

/** Starts one service and resolves once its /readyz says 200: its own dependencies answer. */
export async function startService(spec: ServiceSpec, context: LaunchContext): Promise<RunningProcess> {
  const child = await startChild({
    ...programOptions(spec, context),
    stop: { signal: 'SIGTERM', deadlineMs: KILL_AFTER_MS },
  });
  await untilReady(child, READY_TIMEOUT_MS, async () => {
    const answer = await fetch(spec.readyUrl, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`GET /readyz: HTTP ${answer.status} ${text}`);
    return true as const;
  });
  return child;
}

export function programOptions(spec: ProgramSpec, { logFile, env, registry, launcher }: LaunchContext) {
  if (!existsSync(spec.script)) {
    throw new StackError('missing_file', `${spec.script} is missing: build it (npx nx run-many -t build).`);
  }
  return {
    name: spec.name,
    command: process.execPath,
    args: [
      '--enable-source-maps',
      ...(launcher === null ? [spec.script] : [launcher, inProject(spec)]),
      ...spec.args,
    ],
    env: { ...withoutNpm(env), ...spec.env },
    logFile,
    registry,
  };
}

/** The script as it is called inside of its project: `gateway/main.js`. */
const inProject = ({ script }: ProgramSpec): string =>
  path.join(path.basename(path.dirname(script)), path.basename(script));

/** Settings of the services may be given to npm start; what npm adds for its scripts is none of their business. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_CHANNEL_)/.test(name)),
  );
}
