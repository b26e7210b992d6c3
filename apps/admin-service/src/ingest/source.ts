/**
 * What a job may load: an uploaded file by name, a file of this machine inside the folders opened for that, an object
 * of an S3 store, a file on the web. Buckets and hosts are judged by the worker, which alone knows its settings.
 */
import { realpath } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, fileNameSchema, httpsSourceSchema, s3SourceSchema } from '@bigdata/models';
import { isPublicAddress } from '@bigdata/platform';
import { type z } from 'zod';

const INBOX = 'inbox://';

export function toInboxSource(name: string): string {
  return `${INBOX}${name}`;
}

/** The file's name when the source is an uploaded file, else null. */
export function inboxNameOf(source: string): string | null {
  return source.startsWith(INBOX) ? source.slice(INBOX.length) : null;
}

/**
 * Refuses a source that is not well-formed or points outside. A file that does not exist is no mistake here: its job fails with a
 * reason, as it does for a file that vanishes while it waits.
 * @param fileRoots folders that `file:///` sources may lie in, links resolved
 * @throws AppError `invalid_request` at `#/source`
 */
export async function checkSource(source: string, fileRoots: readonly string[]): Promise<void> {
  const scheme = source.slice(0, source.indexOf(':'));
  const check = Object.hasOwn(CHECKS, scheme) ? CHECKS[scheme] : undefined;
  if (!check) throw refused('has none of the known schemes');
  await check(source, fileRoots);
}

type Check = (source: string, fileRoots: readonly string[]) => Promise<void> | void;

const CHECKS: Readonly<Record<string, Check>> = {
  inbox: (source) => void parsed(fileNameSchema, inboxNameOf(source) ?? ''),
  file: checkFile,
  s3: (source) => void parsed(s3SourceSchema, source),
  https: (source) => {
    const host = parsed(httpsSourceSchema, source).hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !isPublicAddress(host)) throw refused('the host is no public address');
  },
};

async function checkFile(source: string, fileRoots: readonly string[]): Promise<void> {
  const file = toPath(source);
  if (file === null) throw refused('is no file:///PATH');
  const resolved = await resolveLinks(path.resolve(file));
  const roots = await Promise.all(fileRoots.map((root) => resolveLinks(path.resolve(root))));
  if (!roots.some((root) => resolved.startsWith(root.endsWith(path.sep) ? root : root + path.sep))) {
    throw refused('lies in none of the folders that file sources may lie in');
  }
}

function parsed<T>(schema: z.ZodType<T, string>, text: string): T {
  const result = schema.safeParse(text);
  if (!result.success) throw refused(result.error.issues[0]?.message ?? 'is not well-formed');
  return result.data;
}

function toPath(source: string): string | null {
  try {
    const url = new URL(source);
    return url.host === '' && url.search === '' && url.hash === '' ? fileURLToPath(url) : null;
  } catch {
    return null;
  }
}

/** The real path of the deepest part that exists, with the rest appended. */
async function resolveLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(await resolveLinks(parent), path.basename(file));
  }
}

function refused(detail: string): AppError {
  return new AppError('invalid_request', {
    detail: `#/source: ${detail}`,
    errors: [{ pointer: '#/source', detail }],
  });
}
