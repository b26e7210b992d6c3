/** What admin-service counts, and what it reads from its stores when it is asked. */
import { statfs } from 'node:fs/promises';
import { type Metrics } from '@bigdata/platform';
import { type QueueState } from '@bigdata/queue';
import { RUN_OUTCOMES, type RunOutcome } from './background/repeat';
import { type BooksReport } from './credits/verify-books';
import { type Backlog } from './backlog.repository';

export interface AdminMetrics {
  /** @returns what to call with the outcome of each run of a repeated work */
  background(work: string): (outcome: RunOutcome) => void;
  sweptReservations(count: number): void;
  ignoredSettlements(count: number): void;
  verifiedBooks(report: BooksReport): void;
}

export function createAdminMetrics(metrics: Metrics): AdminMetrics {
  const runs = metrics.counter('admin_background_runs_total', 'Runs of repeated work, by how they ended', {
    work: 'open',
    outcome: RUN_OUTCOMES,
  });
  const doneAt = metrics.gauge(
    'admin_background_done_timestamp_seconds',
    'When a repeated work last ended well; 0: not yet',
    { work: 'open' },
  );
  const swept = metrics.counter(
    'admin_reservations_swept_total',
    'Reservations given back because nobody settled them in time',
  );
  const ignored = metrics.counter(
    'admin_settlements_ignored_total',
    'Settlements that changed nothing: their charge had ended otherwise, or was never taken',
  );
  const drift = metrics.gauge(
    'admin_ledger_drift_credits',
    'Credits by which balances differ from their ledgers, when they were last compared',
  );
  const discrepancies = metrics.gauge(
    'admin_ledger_discrepancies',
    'What did not agree in the books when they were last verified',
  );
  return {
    background(work) {
      for (const outcome of RUN_OUTCOMES) runs.inc({ work, outcome }, 0);
      doneAt.set({ work }, 0);
      return (outcome) => {
        runs.inc({ work, outcome });
        if (outcome === 'done') doneAt.set({ work }, Date.now() / 1_000);
      };
    },
    sweptReservations: (count) => swept.inc(count),
    ignoredSettlements: (count) => ignored.inc(count),
    verifiedBooks(report) {
      drift.set(report.drift);
      discrepancies.set(report.discrepancies.length);
    },
  };
}

export interface StoreReadings {
  readonly queues: Readonly<Record<string, { state(): Promise<QueueState> }>>;
  readonly readBacklog: () => Promise<Backlog>;
  readonly inboxDir: string;
}

/** Every instance reads the same: of several, one takes the greatest. */
export function measureStores(metrics: Metrics, { queues, readBacklog, inboxDir }: StoreReadings): void {
  const queue = Object.keys(queues);
  const ofQueues = async <T>(read: (name: string, state: QueueState) => T[]): Promise<T[]> =>
    (
      await Promise.all(
        Object.entries(queues).map(async ([name, opened]) => read(name, await opened.state())),
      )
    ).flat();
  metrics.readGauge(
    'queue_jobs',
    'Entries of the queues of background work',
    { queue, state: ['waiting', 'delayed', 'active'] },
    () =>
      ofQueues((name, state) =>
        (['waiting', 'delayed', 'active'] as const).map(
          (of) => [{ queue: name, state: of }, state[of]] as const,
        ),
      ),
  );
  metrics.readGauge(
    'queue_oldest_job_age_seconds',
    'Age of the oldest entry that waits for a worker, of the first hundred; 0 when none waits',
    { queue },
    () => ofQueues((name, { oldestWaitingMs }) => [[{ queue: name }, oldestWaitingMs / 1_000] as const]),
  );
  metrics.readGauge(
    'admin_reservations_open',
    'Charges that are neither kept nor given back yet',
    {},
    async () => [[{}, (await readBacklog()).reservations]],
  );
  metrics.readGauge(
    'admin_erasures_pending',
    'Erasures that are not done, by what they wait for',
    { stage: ['suppression', 'deletion'] },
    async () => {
      const { suppressions, deletions } = await readBacklog();
      return [
        [{ stage: 'suppression' }, suppressions],
        [{ stage: 'deletion' }, deletions],
      ];
    },
  );
  metrics.readGauge('admin_inbox_free_bytes', 'Room where uploads are kept', {}, async () => {
    const { bavail, bsize } = await statfs(inboxDir);
    return [[{}, bavail * bsize]];
  });
}
