import { type Home, turnLog } from '../home/home';
import { type Secrets } from '../home/secrets';
import { runToEnd } from '../process/child';
import { fileSize } from '../process/log-tail';
import { type Watchdog } from '../process/watchdog-client';
import { type ServerName, serverStarters } from '../servers/start-servers';
import { StackError } from '../stack-error';
import { followLog } from '../terminal/follow-log';
import { toTerminalLine } from '../terminal/log-line';
import { type ManagedProcess, type RunningProcess, createManagedProcess } from './managed-process';
import { type Connections, type StackPlan } from './plan';
import { programOptions, startService } from './start-service';

export type SupervisorOptions = {
  home: Home;
  secrets: Secrets;
  env: NodeJS.ProcessEnv;
  distDir: string;
  launcher: string | null;
  verbose: boolean;
  watchdog: Watchdog;
  clickhouseShards: number;
  /** Servers that are there already, not to be started. */
  external: { clickhouseUrl?: string; databaseUrl?: string; redisUrl?: string };
  print: (line: string) => void;
  /** Told once, when a process ends that nobody asked to. */
  onDeath: (error: StackError) => void;
};

/** Starts processes in the order of their needs, watches them, and stops them the other way round. */
export type Supervisor = {
  startServers(): Promise<Pick<Connections, 'clickhouseUrl' | 'databaseUrl' | 'redisUrl'>>;
  startPlan(plan: StackPlan): Promise<void>;
  find(name: string): ManagedProcess;
  pids(): Record<string, number | null>;
  /** Ends what is ready, one after the other, last started first. What is still starting is left to the watchdog. */
  stopAll(): Promise<void>;
};

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { home, secrets, env, watchdog, external, print, verbose, launcher } = options;
  /** In the order of starting, one list for each step: members of a step need one another not. */
  const steps: ManagedProcess[][] = [];
  const followers: { stop(): void }[] = [];
  let stopping = false;

  const follow = (name: string, logFile: string, offset: number) => {
    const show = (line: string) => {
      const text = toTerminalLine(name, line, verbose);
      if (text !== null) print(text);
    };
    followers.push(followLog(logFile, offset, show));
  };

  const manage = (name: string, logFile: string, launch: () => Promise<RunningProcess>): ManagedProcess =>
    createManagedProcess({
      name,
      logFile,
      launch,
      onDeath: (error) => {
        if (!stopping) options.onDeath(error);
      },
    });

  /** Starts the members side by side; the first that fails is the error, and a stop takes care of the rest. */
  const startStep = async (members: ManagedProcess[]) => {
    if (stopping) throw new StackError('process_died', 'The start was stopped.');
    steps.push(members);
    await Promise.all(
      members.map(async (member) => {
        const from = performance.now();
        await member.start();
        print(`  ${member.name.padEnd(18)} ready  ${((performance.now() - from) / 1000).toFixed(1)} s`);
      }),
    );
  };

  return {
    startServers: async () => {
      const urls: Record<ServerName, string | undefined> = {
        clickhouse: external.clickhouseUrl,
        postgres: external.databaseUrl,
        redis: external.redisUrl,
      };
      const names = (['clickhouse', 'postgres', 'redis'] as const).filter((name) => urls[name] === undefined);
      const logFiles = new Map(names.map((name) => [name, turnLog(home, name)]));
      const starters = serverStarters({
        dataDir: home.dataDir,
        logDir: home.logDir,
        passwords: {
          clickhouse: secrets.clickhouse_password,
          postgres: secrets.postgres_password,
          redis: secrets.redis_password,
        },
        env,
        registry: watchdog,
        clickhouseEntry: `${options.distDir}/embedded-clickhouse/main.js`,
        clickhouseShards: options.clickhouseShards,
        onNote: print,
      });
      const ports = new Map<ServerName, number>();
      const members = names.map((name) =>
        manage(name, logFiles.get(name) ?? '', async () => {
          const server = await starters[name](ports.get(name));
          ports.set(name, server.port);
          urls[name] = server.url;
          return server;
        }),
      );
      await startStep(members);
      for (const [name, logFile] of logFiles) follow(name, logFile, await fileSize(logFile));
      return {
        clickhouseUrl: urls.clickhouse ?? '',
        databaseUrl: urls.postgres ?? '',
        redisUrl: urls.redis ?? '',
      };
    },

    startPlan: async ({ migrations, waves }) => {
      await Promise.all(
        migrations.map(async (spec) => {
          const logFile = turnLog(home, spec.name);
          await runToEnd(programOptions(spec, { logFile, env, registry: watchdog, launcher }));
          print(`  ${spec.name.padEnd(18)} done`);
        }),
      );
      for (const wave of waves) {
        await startStep(
          wave.map((spec) => {
            const logFile = turnLog(home, spec.name);
            follow(spec.name, logFile, 0);
            return manage(spec.name, logFile, () =>
              startService(spec, { logFile, env, registry: watchdog, launcher }),
            );
          }),
        );
      }
    },

    find: (name) => {
      const found = steps.flat().find((member) => member.name === name);
      if (found) return found;
      throw new StackError('bad_option', `There is no process ${name} in this stack.`);
    },

    pids: () => Object.fromEntries(steps.flat().map((member) => [member.name, member.pid()])),

    stopAll: async () => {
      stopping = true;
      for (const member of steps.flat().reverse()) await member.stop();
      for (const follower of followers) follower.stop();
    },
  };
}
