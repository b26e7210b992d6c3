/** The two calls that a source needs of an S3 store, and what their errors mean. The store's own retries are off. */
import { type Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, S3Client as SdkClient } from '@aws-sdk/client-s3';
import { AppError, type S3Location } from '@bigdata/models';
import { type Secret } from '@bigdata/platform';
import { JobFailure } from '../jobs/job-failure';
import { codeOf, isError } from './error-codes';
import { sourceChanged } from './source';

export interface S3Settings {
  /** Null: AWS. */
  readonly endpoint: URL | null;
  readonly region: string;
  readonly forcePathStyle: boolean;
  /** Null: the SDK looks for credentials where AWS has them: environment, profile, web identity, instance. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: Secret } | null;
  /** Certificate authorities, PEM; null: the system's. */
  readonly ca: readonly string[] | null;
  readonly connectTimeoutMs: number;
  /** Until the head of an answer has arrived. */
  readonly headTimeoutMs: number;
  readonly connectionsMax: number;
}

export interface S3Object {
  readonly bytesTotal: number;
  readonly etag: string;
  readonly versionId: string | null;
}

export interface S3Client {
  /** @throws JobFailure `source_not_found`, `source_unreadable`; AppError `unavailable` */
  head(object: S3Location, signal: AbortSignal): Promise<S3Object>;
  /**
   * @param end exclusive
   * @throws as `head`, and JobFailure `source_changed` when the object is another than `etag`
   */
  get(object: S3Location, etag: string, start: number, end: number, signal: AbortSignal): Promise<Readable>;
  /** From an error while a body is read. */
  toError(error: unknown): Error;
  close(): void;
}

export function openS3Client(settings: S3Settings): S3Client {
  const { credentials, ca, connectionsMax: maxSockets } = settings;
  const client = new SdkClient({
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    ...(settings.endpoint ? { endpoint: settings.endpoint.href } : {}),
    ...(credentials
      ? {
          credentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey.reveal(),
          },
        }
      : {}),
    // Waiting is the job's, which knows when to stop. An attempt ends with the error as it was thrown.
    retryStrategy: { retry: (next, attempt) => next(attempt) },
    // Checksums of whole objects help no ranged read, and not every store knows the headers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: settings.connectTimeoutMs,
      requestTimeout: settings.headTimeoutMs,
      throwOnRequestTimeout: true,
      // A consumer that pauses is no reason to cut; who waits for a chunk watches the time.
      socketTimeout: 0,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets, ...(ca ? { ca: [...ca] } : {}) },
    },
  });

  return {
    async head({ bucket, key }, signal) {
      try {
        const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
        const answer = await client.send(command, { abortSignal: signal });
        if (answer.ContentLength === undefined || answer.ETag === undefined) {
          throw new JobFailure('source_unreadable', 'The S3 store does not say size and ETag of the object.');
        }
        const { ContentLength: bytesTotal, ETag: etag, VersionId: versionId = null } = answer;
        return { bytesTotal, etag, versionId };
      } catch (error) {
        signal.throwIfAborted();
        throw toError(error);
      }
    },

    async get({ bucket, key }, etag, start, end, signal) {
      try {
        const range = `bytes=${start}-${end - 1}`;
        const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range: range, IfMatch: etag });
        const answer = await client.send(command, { abortSignal: signal });
        const body = answer.Body as Readable;
        // For stores that do not know the conditions and answer with what is there.
        if (answer.ETag !== etag || !(answer.ContentRange ?? '').startsWith(`bytes ${start}-`)) {
          body.on('error', () => undefined).destroy();
          throw answer.ETag === etag
            ? new JobFailure('source_unreadable', 'The S3 store does not read ranges of objects.')
            : sourceChanged();
        }
        return body;
      } catch (error) {
        signal.throwIfAborted();
        throw toError(error);
      }
    },

    toError,
    close: () => client.destroy(),
  };
}

/** By the status of the answer; without one nothing was answered, and the code says why. */
function toError(error: unknown): Error {
  if (error instanceof JobFailure || error instanceof AppError) return error;
  const { status, name } = describe(error);
  if (status === null) {
    if (name === 'CredentialsProviderError') {
      return new JobFailure('source_unreadable', 'The worker has no credentials for S3 (S3_ACCESS_KEY_ID).');
    }
    const code = codeOf(error) ?? (name === 'TimeoutError' ? name : null);
    if (code === null) return isError(error) ? error : new Error('thrown by the S3 client');
    return new AppError('unavailable', { context: { system: 's3', code }, cause: error });
  }
  if (status === 404) {
    return new JobFailure('source_not_found', 'There is no such object, or no such bucket.');
  }
  if (status === 412 || status === 416) return sourceChanged();
  if (status === 403) {
    return new JobFailure(
      'source_unreadable',
      'The S3 store forbids reading the object. Some stores also answer so when there is none.',
    );
  }
  if (status === 429 || status >= 500 || EXPIRED.has(name)) {
    return new AppError('unavailable', { context: { system: 's3', status, code: name }, cause: error });
  }
  return new JobFailure('source_unreadable', `The S3 store refused to read the object (${status} ${name}).`);
}

/** 400, and over as soon as there are new credentials. */
const EXPIRED: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestTimeout']);

/** Of an error of the SDK; `name` is the code that the store gave. */
function describe(error: unknown): { status: number | null; name: string } {
  const { $metadata: metadata, name = 'unknown' } = error as {
    $metadata?: { httpStatusCode?: number };
    name?: string;
  };
  return { status: metadata?.httpStatusCode ?? null, name };
}
