/**
 * A file on the web. Where the server gives ranges and a strong ETag, ranges are read, each bound to that ETag.
 * Elsewhere every read begins at the first byte, skips, and proves by a hash that what it skips is what it was.
 */
import { createHash, randomUUID } from 'node:crypto';
import { httpsSourceSchema } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';
import { type FileFacts, toFacts } from './https-answer';
import { type HttpsClient } from './https-client';
import { createPrefixGuard } from './prefix-guard';
import { readBody, readResuming, type ResumePolicy } from './resume-read';
import { type Source, sourceChanged, unnamedVersion } from './source';

export interface HttpsSourceOptions {
  readonly client: HttpsClient;
  /** Larger files are refused: by what the server says, and by what it sends. */
  readonly bytesMax: number;
  readonly policy: ResumePolicy;
  readonly signal: AbortSignal;
}

/** The file as it is: compressed on the way its offsets would mean nothing. */
const HEADERS = { 'accept-encoding': 'identity', 'user-agent': 'bigdata-api' } as const;
const FIRST_BYTE = { ...HEADERS, range: 'bytes=0-0' } as const;

/** @throws JobFailure `source_not_allowed`, `source_too_large` and those of a read; AppError `unavailable` */
export async function openHttpsSource(source: string, options: HttpsSourceOptions): Promise<Source> {
  const { client, policy, signal } = options;
  const parsed = httpsSourceSchema.safeParse(source);
  if (!parsed.success) throw new JobFailure('source_not_allowed', 'The source is not an https://HOST/PATH.');
  const url = parsed.data;

  const opened = await ask();
  const version = toVersion(opened);
  const { bytesTotal, seekable } = opened;
  refuseTooLarge(bytesTotal ?? 0, options.bytesMax);
  const guard = createPrefixGuard();

  async function ask(): Promise<FileFacts> {
    const answer = await client.get(url, FIRST_BYTE, signal);
    await answer.discard();
    return toFacts(answer);
  }

  /** The bytes from `at` on of the version that was opened. */
  async function* request(
    at: number,
    headers: Readonly<Record<string, string>>,
  ): AsyncGenerator<Uint8Array, void> {
    const answer = await client.get(url, headers, signal);
    try {
      const facts = toFacts(answer);
      if (!isSameVersion(facts, opened)) throw sourceChanged();
      if (facts.start !== at) {
        throw new JobFailure('source_unreadable', 'The server sends another range than it was asked for.');
      }
    } catch (error) {
      await answer.discard();
      throw error;
    }
    const { idleTimeoutMs } = policy;
    yield* readBody({ body: answer.body, idleTimeoutMs, toError: client.toError, signal });
  }

  const readRange = (at: number, end: number): AsyncIterable<Uint8Array> =>
    request(at, { ...HEADERS, range: `bytes=${at}-${end - 1}`, 'if-range': opened.validator ?? '' });

  const readFromStart = (at: number): AsyncIterable<Uint8Array> =>
    guard.skip(limit(request(0, HEADERS), options.bytesMax), at);

  return {
    bytesTotal,
    version,
    name: nameOf(url),
    seekable,
    path: null,
    read(start, end = bytesTotal ?? Infinity) {
      const stop = Math.min(end, bytesTotal ?? Infinity);
      const read = seekable
        ? { exact: true, open: (at: number) => readRange(at, stop), policy }
        : { exact: false, open: readFromStart, policy: fromStart(policy) };
      return readResuming({ start, end: stop, endsAnywhere: bytesTotal === null, signal, ...read });
    },
    async assertUnchanged() {
      // Elsewhere every read is compared with what was opened; to ask once more could cost the server a whole file.
      if (seekable && toVersion(await ask()) !== version) throw sourceChanged();
    },
    close: () => Promise.resolve(),
  };
}

/** Reading from the start again and again brings nobody forward, however much it transfers. */
function fromStart(policy: ResumePolicy): ResumePolicy {
  return { ...policy, progressBytes: Infinity };
}

async function* limit(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    refuseTooLarge(bytes, bytesMax);
    yield chunk;
  }
}

function refuseTooLarge(bytes: number, bytesMax: number): void {
  if (bytes <= bytesMax) return;
  throw new JobFailure(
    'source_too_large',
    `The file is larger than ${bytesMax} bytes, the most that the worker reads from the web (HTTPS_BYTES_MAX).`,
  );
}

/** Every answer about the file names the same version and size, as far as it names them. */
function isSameVersion(facts: FileFacts, opened: FileFacts): boolean {
  return (
    facts.validator === opened.validator &&
    (facts.bytesTotal === null || opened.bytesTotal === null || facts.bytesTotal === opened.bytesTotal)
  );
}

/** Without a name for its version no later try can know the file: each opening is a version of its own then. */
function toVersion({ validator, bytesTotal }: FileFacts): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([validator ?? randomUUID(), bytesTotal]))
    .digest('hex');
  return validator === null ? unnamedVersion(hash) : hash;
}

function nameOf({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
