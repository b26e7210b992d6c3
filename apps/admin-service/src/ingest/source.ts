/** What a job may load: an uploaded file by name, or a file of this machine inside the folders opened for that. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, fileNameSchema } from '@bigdata/models';

const INBOX = 'inbox://';

export function toInboxSource(name: string): string {
  return `${INBOX}${name}`;
}

/** The file's name when the source is an uploaded file, else null. */
export function inboxNameOf(source: string): string | null {
  return source.startsWith(INBOX) ? source.slice(INBOX.length) : null;
}

/**
 * Refuses a source that points outside. A file that does not exist is no mistake here: its job fails with a
 * reason, as it does for a file that vanishes while it waits.
 * @param fileRoots folders that `file:///` sources may lie in, links resolved
 * @throws AppError `invalid_request` at `#/source`
 */
export async function checkSource(source: string, fileRoots: readonly string[]): Promise<void> {
  const inboxName = inboxNameOf(source);
  if (inboxName !== null) {
    const name = fileNameSchema.safeParse(inboxName);
    if (!name.success) throw refused(name.error.issues[0]?.message ?? 'is no name of an uploaded file');
    return;
  }
  const file = toPath(source);
  if (file === null) throw refused('is no file:///PATH');
  const resolved = await resolveLinks(path.resolve(file));
  const roots = await Promise.all(fileRoots.map((root) => resolveLinks(path.resolve(root))));
  if (!roots.some((root) => resolved.startsWith(root.endsWith(path.sep) ? root : root + path.sep))) {
    throw refused('lies in none of the folders that file sources may lie in');
  }
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
