/** From the source that a job names to one that can be read, by its scheme. */
import path from 'node:path';
import { JobFailure } from '../jobs/job-failure';
import { openHttpsSource, type HttpsSourceOptions } from './https-source';
import { openLocalSource } from './local-source';
import { type LocalFolders, resolveLocalPath } from './resolve-local-path';
import { openS3Source, type S3SourceOptions } from './s3-source';
import { type Source } from './source';

/** What the configuration lets jobs read. */
export interface SourceAccess {
  readonly folders: LocalFolders;
  /** Null: no s3:// sources. */
  readonly s3: Omit<S3SourceOptions, 'signal'> | null;
  /** Null: no https:// sources. */
  readonly https: Omit<HttpsSourceOptions, 'signal'> | null;
}

type Open = (source: string, access: SourceAccess, signal: AbortSignal) => Promise<Source>;

const SCHEMES: Readonly<Record<string, Open>> = {
  inbox: openFile,
  file: openFile,
  s3: async (source, { s3 }, signal) => {
    if (s3) return await openS3Source(source, { ...s3, signal });
    throw new JobFailure('source_not_allowed', 'The worker reads from no S3 store (S3_BUCKETS).');
  },
  https: async (source, { https }, signal) => {
    if (https) return await openHttpsSource(source, { ...https, signal });
    throw new JobFailure('source_not_allowed', 'The worker reads nothing from the web (HTTPS_SOURCES).');
  },
};

/**
 * @param signal ends whatever the source waits for, as long as it is open
 * @throws JobFailure `source_not_allowed`, `source_not_found`, `source_unreadable`, `source_too_large`; AppError
 * `unavailable`, which another try may mend; the signal's reason
 */
export async function openSource(source: string, access: SourceAccess, signal: AbortSignal): Promise<Source> {
  const scheme = source.slice(0, source.indexOf('://'));
  const open = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (open) return await open(source, access, signal);
  throw new JobFailure(
    'source_not_allowed',
    'A source is inbox://NAME, file:///PATH, s3://BUCKET/KEY or https://HOST/PATH.',
  );
}

async function openFile(source: string, { folders }: SourceAccess): Promise<Source> {
  return await openLocalSource(await resolveLocalPath(source, folders), path.basename(source));
}
