/** What a worker is told that may not write to a job. It stops without a word, so the sentences are for the log. */
import { AppError } from '@bigdata/models';
import { type JobRow } from '../to-job';

export function noSuchJob(): AppError {
  return new AppError('not_found', { detail: 'There is no such job.' });
}

export function lostPiece(job: Pick<JobRow, 'id' | 'state'>, attempt: number): AppError {
  return new AppError('conflict', {
    detail:
      job.state === 'running'
        ? 'The piece has been given to another worker, or is done.'
        : `The job is ${job.state}.`,
    context: { job_id: job.id, attempt },
  });
}
