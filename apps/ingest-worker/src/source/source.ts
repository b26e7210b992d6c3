/** A file read from any offset, which knows whether it is still the file that was opened. */
import { JobFailure } from '../jobs/job-failure';

export interface Source {
  /** Null when the server does not say (https with chunked transfer). */
  readonly bytesTotal: number | null;
  /**
   * Differs for every change of content as far as can be told: inode, size and modification time of a file, what the
   * server calls the version of anything else. At most 200 characters.
   */
  readonly version: string;
  /** Last part of the path, for formats recognised by name. */
  readonly name: string;
  /** True where a range can be read without reading what is before it. */
  readonly seekable: boolean;
  /** Local path when the source is a plain file on this machine, so that threads may read ranges themselves. */
  readonly path: string | null;
  /**
   * Bytes from `start` up to `end` (default: the end of the source). A chunk is valid until the next one is asked
   * for. Where `seekable` is false, one read must have ended before the next begins.
   * @throws JobFailure `source_changed` and others, AppError `unavailable`, the reason of the signal given at opening
   */
  read(start: number, end?: number): AsyncGenerator<Uint8Array, void, undefined>;
  /** @throws JobFailure `source_changed`, AppError `unavailable` */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

export function sourceChanged(): JobFailure {
  return new JobFailure(
    'source_changed',
    'The file changed while it was being loaded. Leave it as it is until the job has ended, and start a new job.',
  );
}

const UNNAMED = 'opening-';

/** For a source of which nothing tells whether it is still the same: `id` is of this opening alone. */
export function unnamedVersion(id: string): string {
  return `${UNNAMED}${id}`;
}

/**
 * Whether a source that was opened again is the one that was planned. Of an unnamed one nobody can tell: it may be
 * loaded from its start, but not gone on with.
 * @param resumes whether rows of it were loaded before
 */
export function isPlannedVersion(version: string, planned: string, resumes: boolean): boolean {
  return version === planned || (!resumes && version.startsWith(UNNAMED) && planned.startsWith(UNNAMED));
}
