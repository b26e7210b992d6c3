/** The composition root: the only file that connects and wires. */
import { randomBytes } from 'node:crypto';
import { AppError, createPepper } from '@bigdata/models';
import { createServiceApp, listen, type StartedService } from '@bigdata/platform';
import { createQueue } from '@bigdata/queue';
import { sql } from 'kysely';
import { createAuditRepository } from './audit/audit.repository';
import { createAuditRoutes } from './audit/audit.route';
import { repeat } from './background/repeat';
import { type AdminContext } from './config';
import { readBacklog } from './backlog.repository';
import { createChargesRepository } from './credits/charges.repository';
import { createCreditRoutes } from './credits/credits.route';
import { createLedgerRepository } from './credits/ledger.repository';
import { verifyBooks } from './credits/verify-books';
import { listMigrations } from './db/migrate-database';
import { openDatabase } from './db/open-database';
import { createErasedListRepository } from './erasures/erased-list.repository';
import { createErasureQueues } from './erasures/erasure-queues';
import { createErasureVault } from './erasures/erasure-vault';
import { createErasureRepository } from './erasures/erasure.repository';
import { createErasureRoutes } from './erasures/erasures.route';
import { createAnalysisRoutes } from './ingest/analyses/analyses.route';
import { createAnalysisRepository } from './ingest/analyses/analysis.repository';
import { createDatasetRepository } from './ingest/datasets/dataset.repository';
import { createDatasetRoutes } from './ingest/datasets/datasets.route';
import { createInbox } from './ingest/inbox';
import { createJobChanges } from './ingest/job-changes.repository';
import { createJobEventRoutes } from './ingest/job-events.route';
import { createJobRepository } from './ingest/job.repository';
import { createJobRoutes } from './ingest/jobs.route';
import { createUploadRepository } from './ingest/upload.repository';
import { createUploadRoutes } from './ingest/uploads.route';
import { createClaimRepository } from './ingest/work/claim.repository';
import { createDueRepository } from './ingest/work/due.repository';
import { createEndingRepository } from './ingest/work/ending.repository';
import { createPieceRepository } from './ingest/work/piece.repository';
import { createPlanRepository } from './ingest/work/plan.repository';
import { toQueueEntries } from './ingest/work/queue-entries';
import { createWorkRoutes } from './ingest/work/work.route';
import { bootstrapAdmin } from './keys/bootstrap-admin';
import { createKeyMint } from './keys/key-mint';
import { createKeyRepository } from './keys/key.repository';
import { createKeyRoutes } from './keys/keys.route';
import { createPepperRepository } from './keys/pepper.repository';
import { createKeyRotation } from './keys/rotation.repository';
import { createAdminMetrics, measureStores } from './metrics';
import { createPlanCatalogue } from './plans/plan-catalogue.repository';
import { createPlanRoutes } from './plans/plans.route';
import { createRequestLogRepository } from './request-logs/request-log.repository';
import { createLogDays } from './request-logs/log-days';
import { createRequestLogRoutes } from './request-logs/request-logs.route';
import { createUsageRepository } from './request-logs/usage.repository';
import { createUsageRoutes } from './request-logs/usage.route';
import { createMeRoutes } from './users/me.route';
import { createUserRepository } from './users/user.repository';
import { createUserRoutes } from './users/users.route';

const SWEEP_EVERY_MS = 30_000;
const SWEEP_MAX = 1_000;
/** Only for the record's sake: nothing expired is spent or shown meanwhile. */
const EXPIRE_EVERY_MS = 60_000;
const EXPIRE_MAX = 1_000;
const VERIFY_STATEMENT_TIMEOUT_MS = 15 * 60_000;
const RECONCILE_EVERY_MS = 3_000;
const RECONCILE_MAX = 1_000;
const MARK_SEALS_EVERY_MS = 60_000;
const BOOTSTRAP_EVERY_MS = 1_000;
const CLEAN_EVERY_MS = 60 * 60 * 1_000;
const LOG_DAYS_EVERY_MS = 60 * 60 * 1_000;
/** Far longer than anyone waits for one. */
const ANALYSIS_AGE_MAX_S = 60 * 60;

export interface StartedApp extends StartedService {
  readonly port: number;
}

/** Starts without asking for any dependency: what is away shows in readiness and in 503, and passes by itself. */
export async function startApp({
  config,
  logger,
  life,
  metrics,
  tracing,
  identity,
}: AdminContext): Promise<StartedApp> {
  const db = life.use(
    'postgres',
    openDatabase({
      url: config.databaseUrl,
      connectionsMax: config.databaseConnectionsMax,
      prepare: config.databasePreparedStatements,
      logger,
    }),
    (open) => open.destroy(),
  );
  const { databaseReadUrl } = config;
  // What it is behind by shows in the log alone: nobody decides anything by it.
  const reads =
    databaseReadUrl === null
      ? db
      : life.use(
          'postgres for reads',
          openDatabase({
            url: databaseReadUrl,
            connectionsMax: config.databaseConnectionsMax,
            prepare: config.databasePreparedStatements,
            logger,
          }),
          (open) => open.destroy(),
        );
  const queueOptions = { redisUrl: config.redisUrl, redisCluster: config.redisCluster, logger };
  const queue = life.use('queue', createQueue({ ...queueOptions, name: 'ingest' }), (open) => open.close());
  const analysisQueue = life.use(
    'analysis queue',
    createQueue({ ...queueOptions, name: 'analyze' }),
    (open) => open.close(),
  );
  const suppressQueue = life.use(
    'suppress queue',
    createQueue({ ...queueOptions, name: 'suppress' }),
    (open) => open.close(),
  );
  const eraseQueue = life.use('erase queue', createQueue({ ...queueOptions, name: 'erase' }), (open) =>
    open.close(),
  );
  const stopping = new AbortController();
  life.onDrain(() => stopping.abort());

  const defaultLimits = {
    user: config.defaultRequestsPerMinute,
    admin: config.defaultAdminRequestsPerMinute,
  };
  const users = createUserRepository(db, defaultLimits);
  const keys = createKeyRepository(db, defaultLimits);
  const ledger = createLedgerRepository(db);
  const charges = createChargesRepository(db);
  const logs = createRequestLogRepository(db, reads);
  const jobs = createJobRepository(db, config.undoRetentionHours);
  const due = createDueRepository(db, config.jobHeartbeatTtlS);
  const datasets = createDatasetRepository(db);
  const analyses = createAnalysisRepository(db);
  const erasureVault = createErasureVault(config.erasureKey);
  const erasures = createErasureRepository(db, erasureVault);
  const erasureQueues = createErasureQueues(suppressQueue, eraseQueue);
  const inbox = createInbox(config.inboxDir);
  const pepper = createPepper(config.keyPepper.reveal());
  const previousPeppers = config.keyPepperPrevious.map((secret) => createPepper(secret.reveal()));
  const mintKey = createKeyMint(pepper, randomBytes);

  let migrated = false;
  const checkMigrations = async (): Promise<void> => {
    // Migrations are never taken back, so one look that finds them all is enough.
    migrated ||= (await listMigrations(db)).every(({ applied_at }) => applied_at !== null);
    if (!migrated) throw new AppError('unavailable', { detail: 'Migrations are pending.' });
  };

  const counted = createAdminMetrics(metrics);
  measureStores(metrics, {
    queues: { ingest: queue, analyze: analysisQueue, suppress: suppressQueue, erase: eraseQueue },
    readBacklog: () => readBacklog(db),
    inboxDir: config.inboxDir,
  });

  const inBackground = (name: string, everyMs: number, work: () => Promise<'again' | 'done'>): void => {
    const onRun = counted.background(name);
    life.use(name, repeat({ name, everyMs, work, logger, onRun }), (running) => running.stop());
  };
  inBackground('sweep reservations', SWEEP_EVERY_MS, async () => {
    await checkMigrations();
    let released;
    do {
      released = (await charges.releaseAbandoned(config.reservationTtlS, SWEEP_MAX)) ?? 0;
      counted.sweptReservations(released);
      if (released > 0) logger.warn('gave back credits of abandoned requests', { reservations: released });
    } while (released === SWEEP_MAX);
    return 'again';
  });
  inBackground('expire credits', EXPIRE_EVERY_MS, async () => {
    await checkMigrations();
    let expired;
    do {
      expired = (await charges.expireDue(EXPIRE_MAX)) ?? 0;
    } while (expired === EXPIRE_MAX);
    return 'again';
  });
  if (config.ledgerVerifyHours > 0) {
    // Its statements read the whole ledger: they have a connection of their own, and their time.
    const whole = life.use(
      'postgres for the verification',
      openDatabase({
        url: config.databaseUrl,
        connectionsMax: 1,
        statementTimeoutMs: VERIFY_STATEMENT_TIMEOUT_MS,
        logger,
      }),
      (open) => open.destroy(),
    );
    inBackground('verify ledger', config.ledgerVerifyHours * 3_600_000, async () => {
      await checkMigrations();
      const report = await verifyBooks(whole);
      counted.verifiedBooks(report);
      const { discrepancies, drift } = report;
      if (discrepancies.length > 0) {
        logger.error('the books do not agree', { discrepancies: discrepancies.length, drift });
      }
      return 'again';
    });
  }
  inBackground('reconcile jobs', RECONCILE_EVERY_MS, async () => {
    await checkMigrations();
    await due.withDueJobs(RECONCILE_MAX, (dueJobs) =>
      queue.add(dueJobs.flatMap((job) => toQueueEntries(job))),
    );
    return 'again';
  });
  inBackground('reconcile erasures', RECONCILE_EVERY_MS, async () => {
    await checkMigrations();
    const { suppress, deletion } = await erasures.due(RECONCILE_MAX);
    if (suppress.length > 0) await erasureQueues.suppress(suppress);
    if (deletion) await erasureQueues.erase();
    return 'again';
  });
  inBackground('mark seals', MARK_SEALS_EVERY_MS, async () => {
    await checkMigrations();
    await due.markSeals(config.undoRetentionHours, config.undoLoadsMax);
    return 'again';
  });
  const logDays = createLogDays(db);
  inBackground('keep request log', LOG_DAYS_EVERY_MS, async () => {
    await checkMigrations();
    const days = await logDays.keep(config.requestLogRetentionDays);
    if (days > 0) logger.info('dropped old days of the request log', { days });
    return 'again';
  });
  inBackground('clean inbox', CLEAN_EVERY_MS, async () => {
    await checkMigrations();
    await inbox.clean(Date.now());
    await analyses.forgetOlderThan(ANALYSIS_AGE_MAX_S);
    return 'again';
  });
  const { adminApiKey } = config;
  let bootstrapped = adminApiKey === null;
  if (adminApiKey !== null) {
    inBackground('bootstrap admin', BOOTSTRAP_EVERY_MS, async () => {
      await checkMigrations();
      await bootstrapAdmin({ db, adminApiKey, pepper, logger });
      bootstrapped = true;
      return 'done';
    });
  }

  const fileRoots = config.ingestFileRoots ?? [];
  const app = createServiceApp({
    bindings: [
      ...createMeRoutes({ users, ledger }),
      ...createUserRoutes({ users, keys, mintKey }),
      ...createPlanRoutes({ plans: createPlanCatalogue(db) }),
      ...createKeyRoutes({
        keys,
        rotation: createKeyRotation(db),
        peppers: createPepperRepository(db, pepper, previousPeppers),
        mintKey,
        now: Date.now,
      }),
      ...createCreditRoutes({ users, ledger, charges, metrics: counted }),
      ...createRequestLogRoutes({ logs }),
      ...createUsageRoutes({ usage: createUsageRepository(reads) }),
      ...createAuditRoutes({ audit: createAuditRepository(db) }),
      ...createUploadRoutes({ inbox, uploads: createUploadRepository(db) }),
      ...createJobRoutes({
        jobs,
        changes: createJobChanges(db, config.undoRetentionHours),
        queue,
        fileRoots,
      }),
      ...createJobEventRoutes({ jobs, stopping: stopping.signal }),
      ...createWorkRoutes({
        claims: createClaimRepository(db, config.jobHeartbeatTtlS),
        plans: createPlanRepository(db),
        pieces: createPieceRepository(db),
        endings: createEndingRepository(db),
        queue,
      }),
      ...createDatasetRoutes({ datasets }),
      ...createErasureRoutes({
        erasures,
        erased: createErasedListRepository(db),
        vault: erasureVault,
        queues: erasureQueues,
        waitMs: config.erasureTimeoutS * 1_000,
      }),
      ...createAnalysisRoutes({
        analyses,
        queue: analysisQueue,
        fileRoots,
        waitMs: config.analyzeTimeoutS * 1_000,
      }),
    ],
    identity,
    logger,
    metrics,
    tracing,
    bodyLimitBytes: config.bodyLimitBytes,
    clockMs: () => performance.now(),
  });
  const door = life.use('http', await listen(app, config.httpHost, config.httpPort), (open) => open.close());
  logger.info('listening', { port: door.port });

  return {
    port: door.port,
    checks: {
      postgres: async () => {
        await sql`SELECT 1`.execute(db);
      },
      migrations: checkMigrations,
      queue: () => queue.ping(),
      bootstrap: () => (bootstrapped ? Promise.resolve() : Promise.reject(new AppError('unavailable'))),
    },
  };
}
