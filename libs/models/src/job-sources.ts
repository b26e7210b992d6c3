/** How the sources of ingest jobs are written. Which of them may be read is the worker's to decide. */
import { z } from 'zod';

export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

const BUCKET = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** In UTF-8, as every S3 has it. */
const KEY_BYTES_MAX = 1_024;

/** `s3://BUCKET/KEY`. The key is taken as it stands: nothing in it is an escape. */
export const s3SourceSchema = z.string().transform((source, context): S3Location => {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/(.*)$/s.exec(source) ?? [];
  const problem = problemOfS3(bucket, key);
  if (problem === null) return { bucket, key };
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

function problemOfS3(bucket: string, key: string): string | null {
  if (bucket === '' || key === '') return 'an S3 source is s3://BUCKET/KEY';
  if (!BUCKET.test(bucket)) {
    return 'the bucket is no valid name: 3 to 63 of a-z, 0-9, dash and dot, letters or digits at both ends';
  }
  if (key.endsWith('/')) return 'the key names a folder, not an object';
  if (key.includes('\0') || Buffer.byteLength(key) > KEY_BYTES_MAX) {
    return `a key has at most ${KEY_BYTES_MAX} bytes of UTF-8 and no zero byte`;
  }
  return null;
}

const NOT_HTTPS = 'a source on the web is https://HOST/PATH';

/** `https://HOST[:PORT]/PATH[?QUERY]`, without a fragment. */
export const httpsSourceSchema = z.string().transform((source, context): URL => {
  const url = URL.parse(source);
  const problem = problemOfHttps(source, url);
  if (url !== null && problem === null) return url;
  context.addIssue({ code: 'custom', message: problem ?? NOT_HTTPS });
  return z.NEVER;
});

function problemOfHttps(source: string, url: URL | null): string | null {
  // The parser would drop or escape these in silence.
  if (/[\p{Cc}\p{Z}]/u.test(source)) return 'white space and control characters have to be percent-encoded';
  if (url?.protocol !== 'https:') return NOT_HTTPS;
  if (url.username !== '' || url.password !== '') return 'a URL must not carry a user name or a password';
  if (/^(.+\.)?localhost\.?$/.test(url.hostname)) return 'the host is this machine';
  return url.hash === '' ? null : 'a URL must not carry a fragment';
}
