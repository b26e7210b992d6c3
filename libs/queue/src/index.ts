export { JOB_CATALOGUE, type JobData, type JobKind, type JobName } from './catalogue';
export { redisServerSettings as queueSettings } from '@bigdata/redis';
export { createQueue, type JobQueue, type JobQueueOptions, type QueueEntry, type QueueState } from './queue';
export { createQueueWorker, type QueueWorker, type QueueWorkerOptions } from './queue-worker';
