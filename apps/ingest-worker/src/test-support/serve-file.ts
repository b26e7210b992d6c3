/** A file as servers on the web give it: with ranges and an ETag, or with less. */
import { type RequestListener } from 'node:http';

export interface ServedFile {
  content: Uint8Array;
  /** Null: none. Weak ones begin with W/. */
  etag: string | null;
  ranges: boolean;
  /** False: chunked transfer. */
  length: boolean;
  readonly headers: Record<string, string>;
  /** What happens to the next bodies, one each. */
  readonly next: ({ readonly cutAfter: number } | { readonly stallAfter: number })[];
}

export function serveFile(file: ServedFile): RequestListener {
  return (request, response) => {
    const { content, etag } = file;
    if (request.headers['accept-encoding'] !== 'identity') return void response.writeHead(406).end();
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const condition = request.headers['if-range'];
    const ranged = file.ranges && from !== undefined && (condition === undefined || condition === etag);
    const start = ranged ? Number(from) : 0;
    const end = ranged ? Math.min(Number(to) + 1, content.length) : content.length;
    if (ranged && start >= content.length) {
      return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    }
    response.writeHead(ranged ? 206 : 200, {
      ...file.headers,
      ...(etag === null ? {} : { etag }),
      ...(file.ranges ? { 'accept-ranges': 'bytes' } : {}),
      ...(ranged ? { 'content-range': `bytes ${start}-${end - 1}/${content.length}` } : {}),
      ...(file.length ? { 'content-length': end - start } : {}),
    });
    const body = content.subarray(start, end);
    // The first byte alone is how a file is opened.
    const fate = request.headers.range === 'bytes=0-0' ? undefined : file.next.shift();
    if (fate === undefined) return void response.end(body);
    const [bytes, cut] = 'cutAfter' in fate ? [fate.cutAfter, true] : [fate.stallAfter, false];
    response.write(body.subarray(0, bytes), () => {
      if (cut) response.destroy();
    });
  };
}
