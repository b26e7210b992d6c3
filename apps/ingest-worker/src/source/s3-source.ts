/** An object of an S3 store, read in ranges that the store gives only while it is the object that was opened. */
import { createHash } from 'node:crypto';
import { s3SourceSchema } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';
import { readBody, readResuming, type ResumePolicy } from './resume-read';
import { type S3Client, type S3Object } from './s3-client';
import { type Source, sourceChanged } from './source';

export interface S3SourceOptions {
  readonly client: S3Client;
  /** Buckets that jobs may read. */
  readonly buckets: readonly string[];
  readonly policy: ResumePolicy;
  readonly signal: AbortSignal;
}

/** @throws JobFailure `source_not_allowed`, `source_not_found`, `source_unreadable`; AppError `unavailable` */
export async function openS3Source(source: string, options: S3SourceOptions): Promise<Source> {
  const { client, buckets, policy, signal } = options;
  const parsed = s3SourceSchema.safeParse(source);
  if (!parsed.success) throw new JobFailure('source_not_allowed', 'The source is not an s3://BUCKET/KEY.');
  const object = parsed.data;
  if (!buckets.includes(object.bucket)) {
    throw new JobFailure('source_not_allowed', 'The bucket is none that the worker may read (S3_BUCKETS).');
  }
  const opened = await client.head(object, signal);
  const version = toVersion(opened);

  async function* readFrom(at: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    const body = await client.get(object, opened.etag, at, end, signal);
    yield* readBody({ body, idleTimeoutMs: policy.idleTimeoutMs, toError: client.toError, signal });
  }

  return {
    bytesTotal: opened.bytesTotal,
    version,
    name: object.key.slice(object.key.lastIndexOf('/') + 1),
    seekable: true,
    path: null,
    read(start, end = opened.bytesTotal) {
      const stop = Math.min(end, opened.bytesTotal);
      return readResuming({
        start,
        end: stop,
        exact: true,
        endsAnywhere: false,
        open: (at) => readFrom(at, stop),
        policy,
        signal,
      });
    },
    async assertUnchanged() {
      if (toVersion(await client.head(object, signal)) !== version) throw sourceChanged();
    },
    close: () => Promise.resolve(),
  };
}

/** A digest, because stores make ETags and version ids as long as they like. */
function toVersion({ bytesTotal, etag, versionId }: S3Object): string {
  return createHash('sha256')
    .update(JSON.stringify([etag, versionId, bytesTotal]))
    .digest('hex');
}
