/** AWS Signature Version 4 as a store checks it: the signature of the request that arrived is computed anew. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

export interface SigningKey {
  readonly id: string;
  readonly secret: string;
  readonly region: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)\/(?<scope>(?<date>\d{8})\/(?<region>[^/]+)\/s3\/aws4_request), ?SignedHeaders=(?<signed>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

/** Headers that the signature must cover, or somebody could change them on the way. */
const MUST_BE_SIGNED = ['host', 'x-amz-date', 'x-amz-content-sha256', 'range', 'if-match'];

export function isSignedBy(key: SigningKey, request: IncomingMessage): boolean {
  const parts = AUTHORIZATION.exec(request.headers.authorization ?? '')?.groups;
  const { id, scope = '', date = '', region, signed = '', signature = '' } = parts ?? {};
  if (id !== key.id || region !== key.region) return false;
  const names = signed.split(';');
  if (MUST_BE_SIGNED.some((name) => name in request.headers && !names.includes(name))) return false;

  const [path = '', query = ''] = (request.url ?? '').split('?');
  const canonical = [
    request.method,
    path,
    query.split('&').sort().join('&'),
    ...names.map((name) => `${name}:${headerOf(request, name)}`),
    '',
    signed,
    headerOf(request, 'x-amz-content-sha256'),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', headerOf(request, 'x-amz-date'), scope, sha256(canonical)].join('\n');
  const signingKey = [date, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${key.secret}`,
  );
  return timingSafeEqual(hmac(signingKey, text), Buffer.from(signature, 'hex'));
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ +/g, ' ');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
