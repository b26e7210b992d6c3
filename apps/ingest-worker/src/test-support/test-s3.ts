/**
 * An S3 store on 127.0.0.1 that holds objects in memory: HEAD and GET with ranges and If-Match, PUT, DELETE, lists;
 * signatures checked, answers as S3 gives them. It can be told to fail, to cut and to stall, which a real store cannot.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { isSignedBy, type SigningKey } from './sigv4';

export interface TestS3 {
  readonly endpoint: URL;
  readonly key: SigningKey;
  /** `METHOD range` of every request whose signature was right, in order. */
  readonly requests: string[];
  /** Makes the bucket when it is missing. @returns the object's etag */
  put(bucket: string, key: string, content: Uint8Array): string;
  forbid(bucket: string, key: string): void;
  /** What happens to the next answers, one each: a status of any, or the fate of a body after so many bytes. */
  readonly next: (number | { readonly cutAfter: number } | { readonly stallAfter: number })[];
  close(): Promise<void>;
}

interface StoredObject {
  readonly content: Uint8Array;
  readonly etag: string;
  forbidden: boolean;
}

const CODES: Readonly<Record<number, string>> = {
  400: 'InvalidRequest',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  500: 'InternalError',
  503: 'SlowDown',
};

export async function startTestS3({ region = 'eu-test-1' } = {}): Promise<TestS3> {
  const buckets = new Map<string, Map<string, StoredObject>>();
  const requests: string[] = [];
  const next: TestS3['next'] = [];
  const key = { id: 'AKIATESTTESTTEST', secret: randomUUID(), region };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refuse = (status: number, code = CODES[status] ?? 'Unknown'): void => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(
        request.method === 'HEAD'
          ? undefined
          : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
      );
    };
    if (!isSignedBy(key, request)) return refuse(403, 'SignatureDoesNotMatch');
    requests.push(`${request.method ?? ''} ${request.headers.range ?? ''}`.trim());
    // A HEAD has no body whose fate it could be.
    const fate = request.method === 'HEAD' && typeof next[0] === 'object' ? undefined : next.shift();
    if (typeof fate === 'number') return refuse(fate);

    const url = new URL(request.url ?? '/', 'http://store');
    const [, bucket = '', ...rest] = (request.url ?? '/').replace(/\?.*$/, '').split('/');
    const objects = buckets.get(bucket);
    if (!objects) return refuse(404, 'NoSuchBucket');
    const name = decodeURIComponent(rest.join('/'));
    if (request.method === 'GET' && name === '') return list(url.searchParams, objects, response);
    if (request.method === 'PUT') return void take(request, response, bucket, name);
    if (request.method === 'DELETE') {
      objects.delete(name);
      return void response.writeHead(204).end();
    }
    const object = objects.get(name);
    if (!object) return refuse(404);
    if (object.forbidden) return refuse(403);
    const condition = request.headers['if-match'];
    if (condition !== undefined && condition !== object.etag) return refuse(412);
    if (url.searchParams.has('versionId')) return refuse(400);

    const range = rangeOf(request.headers.range, object.content.length);
    if (range === 'unsatisfiable') return refuse(416);
    const { start, end } = range ?? { start: 0, end: object.content.length };
    response.writeHead(range ? 206 : 200, {
      'accept-ranges': 'bytes',
      'content-length': end - start,
      'content-type': 'binary/octet-stream',
      etag: object.etag,
      ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${object.content.length}` } : {}),
    });
    if (request.method === 'HEAD') return void response.end();
    const content = object.content.subarray(start, end);
    if (fate === undefined) return void response.end(content);
    const [bytes, cut] = 'cutAfter' in fate ? [fate.cutAfter, true] : [fate.stallAfter, false];
    response.write(content.subarray(0, bytes), () => {
      if (cut) response.destroy();
    });
  };

  const put = (bucket: string, name: string, content: Uint8Array): string => {
    const objects = buckets.get(bucket) ?? new Map<string, StoredObject>();
    buckets.set(bucket, objects);
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    objects.set(name, { content, etag, forbidden: false });
    return etag;
  };
  const take = async (
    request: IncomingMessage,
    response: ServerResponse,
    bucket: string,
    name: string,
  ): Promise<void> => {
    const content = await buffer(request);
    response.writeHead(200, { etag: put(bucket, name, content) }).end();
  };

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    key,
    requests,
    next,
    put,
    forbid(bucket, name) {
      const object = buckets.get(bucket)?.get(name);
      if (object) object.forbidden = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** ListObjectsV2, of everything below a prefix in one page. */
function list(
  query: URLSearchParams,
  objects: ReadonlyMap<string, StoredObject>,
  response: ServerResponse,
): void {
  const prefix = query.get('prefix') ?? '';
  const most = Number(query.get('max-keys') ?? '1000');
  const found = [...objects].filter(([name]) => name.startsWith(prefix)).slice(0, most);
  const contents = found.map(
    ([name, { content, etag }]) =>
      `<Contents><Key>${name}</Key><Size>${content.length}</Size><ETag>${etag}</ETag></Contents>`,
  );
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Prefix>${prefix}</Prefix><KeyCount>${found.length}</KeyCount>` +
      `<IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
  );
}

/** @param end of the result: exclusive */
function rangeOf(
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined) return null;
  const start = Number(from);
  const end = to === '' || to === undefined ? bytes : Math.min(Number(to) + 1, bytes);
  return start < bytes && start < end ? { start, end } : 'unsatisfiable';
}
