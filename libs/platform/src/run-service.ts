/** What every main.ts does: configuration, logger, lifecycle, composition root, signals. */
import { commonSettings } from './config/common-settings';
import {
  ConfigError,
  type ConfigOf,
  type ConfigSpec,
  describeSettings,
  type Environment,
  loadConfig,
} from './config/load-config';
import { createHealth, type Health, type HealthCheck } from './health';
import { createInternalApp } from './http/internal-app';
import { listen } from './http/listen';
import { createIdentityCodec, type IdentityCodec } from './identity';
import { createLifecycle, type Lifecycle } from './lifecycle';
import { createLogger, type Logger } from './log/logger';
import { createMetrics, type Metrics } from './metrics';
import { NO_TRACING, openTracing, type Tracing } from './trace/tracing';

export interface ServiceContext<S extends ConfigSpec> {
  readonly config: ConfigOf<S & typeof commonSettings>;
  readonly logger: Logger;
  readonly life: Lifecycle;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly identity: IdentityCodec;
}

export interface StartedService {
  /** Dependencies whose health decides readiness. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
  /** Called with the health made of `checks`, for a public door that shows it too. */
  readonly onHealth?: (health: Health) => void;
  /** Text of /metrics, for a process that speaks for others; that of its own registry when left out. */
  readonly exposition?: () => Promise<string>;
  /** False for a process that another one speaks for: it opens no internal port. */
  readonly internalPort?: boolean;
}

/** What main.ts hands over of the process it runs in. */
export interface ProcessContext {
  /** `--describe-config` prints the settings as JSON and starts nothing. */
  readonly args: readonly string[];
  readonly env: Environment;
  /** Where `.env` and `config.yaml` are looked for. */
  readonly folder: string;
  readonly exit: (code: number) => void;
}

/**
 * Starts a service and returns once it answers; `start` is its composition root. A configuration that is not
 * valid ends the process with 2 and one message that names every problem.
 */
export async function runService<const S extends ConfigSpec>(
  name: string,
  settings: S,
  start: (context: ServiceContext<S>) => Promise<StartedService>,
  { args, env, folder, exit }: ProcessContext,
): Promise<void> {
  const spec = { ...commonSettings, ...settings };
  if (args.includes('--describe-config')) {
    process.stdout.write(`${JSON.stringify(describeSettings(spec))}\n`);
    return;
  }
  let config: ConfigOf<S & typeof commonSettings>;
  try {
    config = loadConfig(spec, env, folder);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    exit(2);
    return;
  }
  const common = config as ConfigOf<typeof commonSettings>;
  const logger = createLogger({ service: name, level: common.logLevel, format: common.logFormat });
  const life = createLifecycle({ logger, deadlineMs: common.stopDeadlineMs, exit });
  life.installSignals();
  const metrics = createMetrics(name);
  const tracing = openTracingOf(name, common, logger);
  // The first to be opened is the last to be closed: what the closing of the others does is still sent.
  life.use('traces', tracing, (opened) => opened.close());
  const identity = createIdentityCodec(common.identitySecret, Date.now);
  try {
    const {
      checks,
      onHealth,
      exposition,
      internalPort = true,
    } = await start({ config, logger, life, metrics, tracing, identity });
    const health = createHealth(checks);
    measureDependencies(metrics, health, Object.keys(checks));
    onHealth?.(health);
    life.onDrain(() => health.drain());
    if (!internalPort) return;
    const app = createInternalApp(health, metrics, exposition);
    const internal = await listen(app, common.httpHost, common.internalPort);
    life.use('internal port', internal, (door) => {
      door.server.closeAllConnections();
      return door.close();
    });
    logger.info('started', { internal_port: internal.port });
  } catch (error) {
    logger.error('could not start', { error });
    await life.stop('could not start');
    exit(1);
  }
}

function openTracingOf(
  service: string,
  { otlpEndpoint, otlpHeaders }: ConfigOf<typeof commonSettings>,
  logger: Logger,
): Tracing {
  if (otlpEndpoint === null) return NO_TRACING;
  return openTracing({ service, endpoint: otlpEndpoint, headers: otlpHeaders, logger });
}

function measureDependencies(metrics: Metrics, health: Health, names: readonly string[]): void {
  metrics.readGauge(
    'dependency_up',
    'What this service needs answers it now: 1, else 0; asked with each scrape, as readiness asks',
    { dependency: names },
    async () => {
      const { checks } = await health.readiness();
      return names.map((dependency) => [{ dependency }, checks[dependency] === 'ok' ? 1 : 0] as const);
    },
    'min',
  );
}
