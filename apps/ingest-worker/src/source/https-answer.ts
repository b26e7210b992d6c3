/** What an answer says about the file: its size, its version, whether ranges of it can be read. Pure. */
import { AppError } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';
import { type HttpsAnswer } from './https-client';
import { sourceChanged } from './source';

export interface FileFacts {
  /** Null when the answer does not say. */
  readonly bytesTotal: number | null;
  /** Where the answer's body begins. */
  readonly start: number;
  /** The server's name for the version: the ETag, else the time of the last change, else null. */
  readonly validator: string | null;
  /** The server gave a range, and the validator is a strong ETag: a later range can be bound to it. */
  readonly seekable: boolean;
}

/** @throws JobFailure `source_not_found`, `source_unreadable`, `source_changed`; AppError `unavailable` */
export function toFacts(answer: Pick<HttpsAnswer, 'status' | 'header'>): FileFacts {
  const { status, header } = answer;
  const range = parseContentRange(header('content-range'));
  const etag = header('etag');
  const validator = etag ?? header('last-modified');
  // An empty file has no first byte to give.
  if (status === 416 && range?.total === 0) {
    return { bytesTotal: 0, start: 0, validator, seekable: false };
  }
  refuseOtherStatus(status);
  const encoding = header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new JobFailure(
      'source_unreadable',
      `The server sends the file encoded (${encoding.slice(0, 40)}) though it was asked not to: its offsets mean nothing.`,
    );
  }
  if (status === 206) {
    if (range?.start === undefined)
      throw new JobFailure('source_unreadable', 'The server sends no usable range.');
    const seekable = range.total !== null && etag !== null && !etag.startsWith('W/');
    return { bytesTotal: range.total, start: range.start, validator, seekable };
  }
  const length = header('content-length');
  const bytesTotal = length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
  return { bytesTotal, start: 0, validator, seekable: false };
}

function refuseOtherStatus(status: number): void {
  if (status === 200 || status === 206) return;
  if (status === 404 || status === 410) {
    throw new JobFailure('source_not_found', `The server has no such file (${status}).`);
  }
  if (status === 412 || status === 416) throw sourceChanged();
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    throw new AppError('unavailable', { context: { system: 'https', status } });
  }
  throw new JobFailure('source_unreadable', `The server does not give the file: it answers ${status}.`);
}

/** `start` is missing in the answer to a range that cannot be had. */
function parseContentRange(value: string | null): { start?: number; total: number | null } | null {
  const [, start, total] = /^bytes (?:(\d{1,15})-\d{1,15}|\*)\/(\d{1,15}|\*)$/.exec(value ?? '') ?? [];
  if (total === undefined) return null;
  return {
    total: total === '*' ? null : Number(total),
    ...(start === undefined ? {} : { start: Number(start) }),
  };
}
