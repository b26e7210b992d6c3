/** From an `inbox://` or `file://` source to a path that the worker may read. Everything outside the named folders is refused. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileNameSchema } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';

export interface LocalFolders {
  readonly inbox: string;
  /** `file://` sources lie in or under one of these. */
  readonly fileRoots: readonly string[];
}

/**
 * @returns the real path, links resolved
 * @throws JobFailure `source_not_found`, `source_not_allowed`
 */
export async function resolveLocalPath(source: string, folders: LocalFolders): Promise<string> {
  if (source.startsWith('inbox://')) {
    const name = source.slice('inbox://'.length);
    if (!fileNameSchema.safeParse(name).success) {
      throw new JobFailure('source_not_allowed', 'The source is not the name of an uploaded file.');
    }
    return await within(path.join(folders.inbox, name), [folders.inbox]);
  }
  if (source.startsWith('file:///')) {
    const written = source.slice('file://'.length);
    const decoded = decode(written);
    if (!`${written}${decoded}`.includes('\0')) {
      // As it is written first: a name may hold a per cent sign of its own.
      const file = await within(path.resolve(written), folders.fileRoots).catch((error: unknown) => {
        if (decoded === written || !(error instanceof JobFailure)) throw error;
        return null;
      });
      return file ?? (await within(path.resolve(decoded), folders.fileRoots));
    }
  }
  throw new JobFailure('source_not_allowed', 'The source is not a file:///PATH.');
}

/** A URI spells other characters than a path; what is no URI stays as it is. */
function decode(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

async function within(file: string, roots: readonly string[]): Promise<string> {
  const realRoots = (await Promise.all(roots.map(realOrNull))).filter((root) => root !== null);
  // Checked by its name first: whether a file outside exists is nobody's business.
  if (!isInside(file, [...roots.map((root) => path.resolve(root)), ...realRoots])) throw notAllowed();
  const real = await realOrNull(file);
  if (real === null) {
    throw new JobFailure(
      'source_not_found',
      `There is no file ${path.basename(file)} where the source says.`,
    );
  }
  if (!isInside(real, realRoots)) throw notAllowed();
  return real;
}

function notAllowed(): JobFailure {
  return new JobFailure(
    'source_not_allowed',
    'The file lies outside the folders that the worker may read (INGEST_FILE_ROOTS).',
  );
}

function isInside(file: string, roots: readonly string[]): boolean {
  return roots.some((root) => file.startsWith(root.endsWith(path.sep) ? root : root + path.sep));
}

async function realOrNull(file: string): Promise<string | null> {
  try {
    return await realpath(file);
  } catch {
    return null;
  }
}
