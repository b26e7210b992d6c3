/** The job's row, through admin-service's internal routes. */
import { type Checkpoint, type ClaimedJob, type JobError, type JobResult, ROUTES } from '@bigdata/models';
import { type ServiceClient } from '@bigdata/platform';

export type JobOutcome =
  | { readonly state: 'succeeded'; readonly result: JobResult }
  | { readonly state: 'failed'; readonly error: JobError };

export interface JobControl {
  /** Null when the job has ended. Takes the job from whoever held it. */
  claim(jobId: string): Promise<ClaimedJob | null>;
  /** @throws AppError `conflict` when another worker has taken the job, or it has ended */
  advance(jobId: string, attempt: number, format: string, checkpoint: Checkpoint): Promise<void>;
  /** @throws AppError `conflict`, as advance */
  finish(jobId: string, attempt: number, outcome: JobOutcome): Promise<void>;
}

export function createJobControl(admin: ServiceClient, workerId: string): JobControl {
  const call = (jobId: string) => ({ params: { id: jobId }, requestId: `ingest-${jobId}` });
  return {
    async claim(jobId) {
      const { job } = await admin.call(ROUTES.claimJob, { ...call(jobId), body: { worker_id: workerId } });
      return job;
    },
    async advance(jobId, attempt, format, checkpoint) {
      await admin.call(ROUTES.advanceJob, { ...call(jobId), body: { attempt, format, checkpoint } });
    },
    async finish(jobId, attempt, outcome) {
      await admin.call(ROUTES.finishJob, { ...call(jobId), body: { attempt, outcome } });
    },
  };
}
