/** The gateway in as many processes as configured: one that serves by itself, or several and one that speaks for them. */
import { type Cluster } from 'node:cluster';
import { availableParallelism } from 'node:os';
import { AppError } from '@bigdata/models';
import {
  type Health,
  type HealthCheck,
  type ServiceContext,
  type StartedService,
  sumMetrics,
} from '@bigdata/platform';
import { type gatewaySettings } from '../config';
import { openProcessGroup } from './process-group';
import { createAskStates, type ParentChannel, tellState } from './process-state';

type Context = ServiceContext<typeof gatewaySettings>;

export interface ProcessesOptions {
  readonly cluster: Cluster;
  /** Of a process that another one started. */
  readonly parent: ParentChannel;
  /** Starts the gateway in this process. */
  readonly startHere: (context: Context) => Promise<StartedService>;
  /** What the gateway in a process needs. */
  readonly dependencies: readonly string[];
}

/** @param configured 0: one for each processor that this process may use */
export function processesOf(configured: number): number {
  return configured === 0 ? availableParallelism() : configured;
}

export function startProcesses(context: Context, options: ProcessesOptions): Promise<StartedService> {
  if (options.cluster.isWorker) return startOneOfMany(context, options);
  const count = processesOf(context.config.gatewayProcesses);
  return count === 1 ? options.startHere(context) : startMany(context, options, count);
}

async function startOneOfMany(
  context: Context,
  { parent, startHere }: ProcessesOptions,
): Promise<StartedService> {
  const started = await startHere(context);
  return {
    ...started,
    internalPort: false,
    onHealth(health) {
      started.onHealth?.(health);
      tellState(parent, () => stateOf(context, health));
    },
  };
}

async function stateOf({ metrics }: Context, health: Health) {
  return { readiness: await health.readiness(), metrics: await metrics.registry.getMetricsAsJSON() };
}

async function startMany(
  { life, logger }: Context,
  { cluster, dependencies }: ProcessesOptions,
  count: number,
): Promise<StartedService> {
  // Numbers that JSON has no room for, such as those of an empty summary, stay what they are.
  cluster.setupPrimary({ serialization: 'advanced' });
  const group = life.use(
    'processes',
    await openProcessGroup({ count, fork: () => cluster.fork(), logger, clockMs: () => performance.now() }),
    (opened) => opened.close(),
  );
  logger.info('open', { processes: count });
  const askStates = createAskStates();
  const check =
    (dependency: string): HealthCheck =>
    async () => {
      const states = await askStates(group.listening());
      const isOk =
        states.length > 0 && states.every(({ readiness }) => readiness.checks[dependency] === 'ok');
      if (!isOk) throw new AppError('unavailable', { context: { dependency, answered: states.length } });
    };
  return {
    checks: Object.fromEntries(dependencies.map((dependency) => [dependency, check(dependency)])),
    exposition: async () => sumMetrics((await askStates(group.listening())).map(({ metrics }) => metrics)),
  };
}
