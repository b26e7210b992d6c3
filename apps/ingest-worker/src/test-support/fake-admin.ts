/** admin-service's side of the internal contracts, in memory: jobs, claims, fencing by attempt, checkpoints. */
import { randomUUID } from 'node:crypto';
import {
  advanceJobSchema,
  AppError,
  type Checkpoint,
  type ClaimedJob,
  finishJobSchema,
  type JobError,
  type JobResult,
} from '@bigdata/models';
import { type JobControl } from '../jobs/job-control';

export interface FakeJob {
  readonly id: string;
  readonly source: string;
  readonly dataset: string;
  readonly country: string | null;
  readonly mapping: Record<string, string>;
  state: 'queued' | 'running' | 'succeeded' | 'failed';
  attempt: number;
  startedAt: string | null;
  format: string | null;
  checkpoint: Checkpoint | null;
  /** Every checkpoint in the order it arrived, heartbeats included. */
  readonly advances: Checkpoint[];
  result: JobResult | null;
  error: JobError | null;
}

export interface FakeAdmin extends JobControl {
  createJob(job: Partial<FakeJob> & Pick<FakeJob, 'source'>): FakeJob;
}

export function createFakeAdmin(now: () => Date = () => new Date()): FakeAdmin {
  const jobs = new Map<string, FakeJob>();
  const find = (id: string): FakeJob => {
    const job = jobs.get(id);
    if (!job) throw new AppError('not_found');
    return job;
  };
  const held = (id: string, attempt: number): FakeJob => {
    const job = find(id);
    if (job.state !== 'running' || job.attempt !== attempt) throw new AppError('conflict');
    return job;
  };
  return {
    createJob(given) {
      const job: FakeJob = {
        id: randomUUID(),
        dataset: 'default',
        country: null,
        mapping: {},
        state: 'queued',
        attempt: 0,
        startedAt: null,
        format: null,
        checkpoint: null,
        advances: [],
        result: null,
        error: null,
        ...given,
      };
      jobs.set(job.id, job);
      return job;
    },
    claim(id) {
      const job = find(id);
      if (job.state === 'succeeded' || job.state === 'failed') return Promise.resolve(null);
      job.state = 'running';
      job.attempt += 1;
      job.startedAt ??= now().toISOString();
      const { attempt, source, dataset, country, mapping, checkpoint, startedAt } = job;
      const claimed: ClaimedJob = {
        ...{ id, attempt, source, dataset, country, mapping, checkpoint },
        started_at: startedAt,
      };
      return Promise.resolve(structuredClone(claimed));
    },
    advance: async (id, attempt, format, checkpoint) => {
      advanceJobSchema.parse({ attempt, format, checkpoint });
      const job = held(id, attempt);
      job.format = format;
      job.checkpoint = structuredClone(checkpoint);
      job.advances.push(job.checkpoint);
      return Promise.resolve();
    },
    finish: async (id, attempt, outcome) => {
      finishJobSchema.parse({ attempt, outcome });
      const job = held(id, attempt);
      job.state = outcome.state;
      if (outcome.state === 'succeeded') job.result = outcome.result;
      else job.error = outcome.error;
      return Promise.resolve();
    },
  };
}
