import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { EMBEDDED_CLUSTER } from './servers/clickhouse';
import { ensureDemoKey } from './first-start/demo-user';
import { runFirstQuery } from './first-start/first-query';
import { createGatewayClient } from './first-start/gateway-client';
import { loadSample } from './first-start/load-sample';
import { ensureSampleFile } from './first-start/sample-file';
import { type Home, emptyHome, homeAt, prepareHome, writePrivateJson } from './home/home';
import { type HomeLock, lockHome } from './home/lock';
import { type Secrets, readOrMakeSecrets, saveSecrets } from './home/secrets';
import { freePorts, isPortFree } from './net/free-port';
import { type Watchdog, startWatchdog } from './process/watchdog-client';
import { type StackOptions } from './options';
import { StackError, messageOf } from './stack-error';
import { type Connections, SERVICE_NAMES, type ServicePorts, planStack } from './supervisor/plan';
import { type Supervisor, createSupervisor } from './supervisor/supervisor';
import { banner } from './terminal/banner';

export type StackInput = {
  options: StackOptions;
  env: NodeJS.ProcessEnv;
  /** The repository: where the watchdog's source is, and what paths are shown relative to. */
  root: string;
  print: (line: string) => void;
};

export type RunningStack = {
  gatewayUrl: string;
  adminKey: string;
  demoKey: string;
  kill(name: string, signal: NodeJS.Signals): Promise<void>;
  restart(name: string): Promise<void>;
};

export type Stack = {
  /** Rejects when something does not start; nothing is left running then. */
  ready: Promise<RunningStack>;
  /** The exit code, once everything has ended. */
  ended: Promise<number>;
  /** Ends everything in order. */
  stop(reason: string): void;
  /** Kills everything at once. */
  force(): void;
};

/** Runs the whole stack until it is stopped or one of its processes dies. */
export function runStack({ options, env, root, print }: StackInput): Stack {
  const startedAt = performance.now();
  const home = homeAt(options.home);
  const watchdog = startWatchdog(root);
  const end = Promise.withResolvers<number>();
  let lock: HomeLock | undefined;
  let supervisor: Supervisor | undefined;
  let ending = false;

  const start = async (): Promise<RunningStack> => {
    lock = await lockHome(home, watchdog.pid, print);
    removeAnnouncements(home);
    for (const file of announcements(home)) watchdog.removeAtEnd(file);
    if (options.fresh) emptyHome(home);
    prepareHome(home);
    const secrets = readOrMakeSecrets(home);
    const ports = await choosePorts(options.gatewayPort);
    print(`Starting on ${home.folder}`);
    supervisor = createSupervisor({
      home,
      secrets,
      env,
      watchdog,
      print,
      distDir: options.distDir,
      launcher: options.launcher,
      verbose: options.verbose,
      clickhouseShards: options.clickhouseShards,
      external: options.external,
      onDeath: (error) => {
        print(`\n${error.message}\n`);
        end.resolve(1);
      },
    });
    const running = await startEverything({
      options,
      env,
      home,
      secrets,
      ports,
      supervisor,
      watchdog,
      print,
    });
    print(
      banner({
        ...running,
        home: relativeTo(root, home.folder),
        sampleFile: relativeTo(root, home.sampleFile),
        cliPrefix: env['BIGDATA_HOME'] ? `BIGDATA_HOME=${relativeTo(root, home.folder)} ` : '',
        startedInMs: performance.now() - startedAt,
      }),
    );
    return running;
  };

  const ready = start();
  ready.catch((error: unknown) => {
    if (ending) return; // what was starting failed because it was stopped
    print(`\n${error instanceof StackError ? error.message : `Unexpected: ${detailOf(error)}`}\n`);
    end.resolve(1);
  });

  const ended = end.promise.then(async (code) => {
    ending = true;
    if (lock) removeAnnouncements(home);
    await supervisor?.stopAll();
    await watchdog.close(); // ends what was still starting
    lock?.release();
    return code;
  });

  return {
    ready,
    ended,
    stop: (reason) => {
      print(`\n${reason}: stopping everything in order …`);
      end.resolve(0);
    },
    force: () => {
      watchdog.killAll();
    },
  };
}

/** The files that say that a stack answers. */
const announcements = (home: Home) => [home.credentialsFile, home.stackFile];

function removeAnnouncements(home: Home): void {
  for (const file of announcements(home)) rmSync(file, { force: true });
}

type StartInput = {
  options: StackOptions;
  env: NodeJS.ProcessEnv;
  home: Home;
  secrets: Secrets;
  ports: ServicePorts;
  supervisor: Supervisor;
  watchdog: Watchdog;
  print: (line: string) => void;
};

async function startEverything(input: StartInput): Promise<RunningStack> {
  const { options, env, home, secrets, ports, supervisor, print } = input;
  const servers = await supervisor.startServers();
  const connections: Connections = {
    ...servers,
    clickhouseDatabase: env['CLICKHOUSE_DATABASE'] ?? 'bigdata',
    clickhouseCluster: env['CLICKHOUSE_CLUSTER'] ?? (options.clickhouseShards > 1 ? EMBEDDED_CLUSTER : null),
  };
  const plan = planStack({ home, secrets, connections, ports, distDir: options.distDir, env });
  await supervisor.startPlan(plan);

  const writeStackFile = () => {
    const services = plan.waves
      .flat()
      .map(({ name, url }) => [name, { url, internal_port: ports[name].internal }]);
    writePrivateJson(home.stackFile, {
      DATABASE_URL: connections.databaseUrl,
      CLICKHOUSE_URL: connections.clickhouseUrl,
      CLICKHOUSE_DATABASE: connections.clickhouseDatabase,
      ...(connections.clickhouseCluster !== null && { CLICKHOUSE_CLUSTER: connections.clickhouseCluster }),
      // The one folder that the embedded server backs up to; another server has its own.
      ...(options.external.clickhouseUrl === undefined
        ? { CLICKHOUSE_BACKUP_TO: `file://${path.resolve(home.dataDir, 'clickhouse', 'backups')}` }
        : {}),
      REDIS_URL: connections.redisUrl,
      services: Object.fromEntries(services) as Record<string, { url: string; internal_port: number }>,
      pids: { supervisor: process.pid, watchdog: input.watchdog.pid, ...supervisor.pids() },
    });
  };
  writeStackFile();

  const gatewayUrl = `http://127.0.0.1:${ports.gateway.http}`;
  const admin = createGatewayClient(gatewayUrl, secrets.admin_key);
  const demoKey = await ensureDemoKey(gatewayUrl, admin, secrets.demo_key);
  saveSecrets(home, { ...secrets, demo_key: demoKey });
  await ensureSampleFile(home.sampleFile);
  if (options.sample) await loadSampleOnce(home, () => loadSample(admin, home.sampleFile), print);
  const query = await runFirstQuery(gatewayUrl, demoKey);
  print(query.text);
  writePrivateJson(home.credentialsFile, {
    gateway_url: gatewayUrl,
    admin_key: secrets.admin_key,
    demo_key: demoKey,
  });

  return {
    gatewayUrl,
    adminKey: secrets.admin_key,
    demoKey,
    kill: (name, signal) => supervisor.find(name).kill(signal),
    restart: async (name) => {
      const member = supervisor.find(name);
      await member.stop();
      await member.start();
      writeStackFile();
    },
  };
}

/** A stack without the sample is worth more than none: a failure is told, and the next start tries again. */
async function loadSampleOnce(
  home: Home,
  load: () => Promise<{ rowsLoaded: number }>,
  print: (line: string) => void,
): Promise<void> {
  if (existsSync(home.sampleMarker)) return;
  try {
    const { rowsLoaded } = await load();
    writeFileSync(home.sampleMarker, '');
    print(`  sample             ${rowsLoaded} rows loaded`);
  } catch (error) {
    print(`\nThe sample was not loaded. ${messageOf(error)}`);
  }
}

async function choosePorts(gatewayPort: number): Promise<ServicePorts> {
  if (gatewayPort !== 0 && !(await isPortFree(gatewayPort))) {
    throw new StackError(
      'port_in_use',
      `Port ${gatewayPort} of 127.0.0.1 is taken. Stop what listens there, or choose another for the gateway: ` +
        'GATEWAY_PORT=8081 npm start (0 picks a free one).',
    );
  }
  const ports = await freePorts(SERVICE_NAMES.length * 2);
  const take = () => ports.pop() ?? 0;
  const chosen = Object.fromEntries(
    SERVICE_NAMES.map((name) => [name, { http: take(), internal: take() }]),
  ) as ServicePorts;
  if (gatewayPort !== 0) chosen.gateway.http = gatewayPort;
  return chosen;
}

/** As a person at the root would type it: relative when it lies below. */
function relativeTo(root: string, target: string): string {
  const relative = path.relative(root, target);
  return relative.startsWith('..') || relative === '' ? target : relative;
}

/** With the causes: fetch says only that it failed. */
const detailOf = (error: unknown): string => inspect(error);
