/** Putting jobs into a queue. */
import { AppError, type JobPriority } from '@bigdata/models';
import { inSpan, type Logger, NO_SPAN, type Span } from '@bigdata/platform';
import { Queue } from 'bullmq';
import { JOB_CATALOGUE, type JobData, type JobKind, type JobName } from './catalogue';
import { cutOff, QUEUE_PREFIX, type QueueServer, toFailingConnection, watchConnection } from './connection';

/** BullMQ takes the lowest number first; all of ours have one, because jobs without any would go before all others. */
const PRIORITIES: Readonly<Record<JobPriority, number>> = { high: 1, normal: 2, low: 3 };

export interface QueueEntry<N extends JobName> {
  readonly id: string;
  readonly data: JobData<N>;
  /** Default `normal`. Entries of one priority come in the order in which they were added. */
  readonly priority?: JobPriority;
}

export interface QueueState {
  /** For a worker. */
  readonly waiting: number;
  /** For their next try. */
  readonly delayed: number;
  readonly active: number;
  /** Since the oldest of those that wait for a worker was put in; 0 when none waits. */
  readonly oldestWaitingMs: number;
}

export interface JobQueue<N extends JobName> {
  /**
   * Makes jobs due, all in one round trip. A job whose id is in the queue already is left as it is, whether it
   * waits, runs or is to be tried again; one that has ended is forgotten, and so can be added again.
   * @param span what enqueues them; the work on them is a part of its trace
   * @throws AppError `unavailable`, within seconds, when Redis does not answer; ZodError for data that is not the kind's
   */
  add(jobs: readonly QueueEntry<N>[], span?: Span): Promise<void>;
  /** Jobs that wait for a worker or for their next try. */
  pending(): Promise<number>;
  /** @throws AppError `unavailable` */
  state(): Promise<QueueState>;
  /** Resolves when Redis answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface JobQueueOptions<N extends JobName> extends QueueServer {
  readonly name: N;
  readonly logger: Logger;
  /** Another key prefix, so that tests share a Redis without meeting. */
  readonly prefix?: string;
}

/** Of those that wait, in their order, so many are looked at for the oldest: more would cost Redis more than it tells. */
const AGED_MAX = 100;

/** Never fails because Redis is away: that shows at each call, and passes by itself. */
export function createQueue<N extends JobName>({
  name,
  logger,
  prefix = QUEUE_PREFIX,
  ...server
}: JobQueueOptions<N>): JobQueue<N> {
  const kind: JobKind = JOB_CATALOGUE[name];
  const written = kind.data.strict();
  const queue = new Queue<JobData<JobName>, void>(name, {
    connection: toFailingConnection(server),
    prefix,
    // The first answer of a Redis that is away would otherwise decide the queue's fate for good.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
  });
  const backend = queue.getBackend();
  const connection = watchConnection(queue, backend, name, logger);

  const reaching = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw new AppError('unavailable', { context: { queue: name }, cause: error });
    }
  };

  return {
    add: (jobs, parent = NO_SPAN) =>
      inSpan(parent.child(`${name} publish`, 'producer'), async ({ traceparent }) => {
        const entries = jobs.map(({ id, data, priority = 'normal' }) => ({
          name,
          data: written.parse(data) as JobData<N>,
          opts: {
            jobId: id,
            priority: PRIORITIES[priority],
            attempts: kind.attempts,
            backoff: { type: 'capped' },
            removeOnComplete: true,
            removeOnFail: true,
            stackTraceLimit: 0,
            // Beside the data: a worker of another version takes the job all the same.
            ...(traceparent === null ? {} : { telemetry: { metadata: traceparent } }),
          },
        }));
        await reaching(() => queue.addBulk(entries));
      }),
    pending: () => reaching(() => queue.getJobCountByTypes('wait', 'prioritized', 'delayed')),
    state: () =>
      reaching(async () => {
        const [counts, first] = await Promise.all([
          queue.getJobCounts('wait', 'prioritized', 'delayed', 'active'),
          queue.getJobs(['wait', 'prioritized'], 0, AGED_MAX - 1, true),
        ]);
        const { wait = 0, prioritized = 0, delayed = 0, active = 0 } = counts;
        const nowMs = Date.now();
        const agesMs = first.map(({ timestamp }) => nowMs - timestamp);
        return { waiting: wait + prioritized, delayed, active, oldestWaitingMs: Math.max(0, ...agesMs) };
      }),
    ping: () => connection.ping(),
    async close() {
      await backend.close(!connection.connected());
      cutOff(backend.client);
    },
  };
}
