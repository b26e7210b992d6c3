import { type Duplex } from 'node:stream';
import zlib from 'node:zlib';
import { ClickHouseError } from './clickhouse-error';

export type Encoding = 'zstd' | 'br' | 'gzip' | 'deflate';

/** ClickHouse takes the first of its own list that the client names anywhere, whatever the order and weights. */
const PREFERRED: readonly Encoding[] = ['zstd', 'br', 'gzip', 'deflate'];

type Codec = {
  readonly createDecoder: () => Duplex;
  readonly createEncoder: (level: number) => Duplex;
  readonly encode: (body: Buffer, level: number) => Buffer;
};

const zlibOptions = (level: number) => ({ level: clamp(level, 1, 9) });
const brotliOptions = (level: number) => ({
  params: { [zlib.constants.BROTLI_PARAM_QUALITY]: clamp(level, 0, 11) },
});
const zstdOptions = (level: number) => ({
  params: { [zlib.constants.ZSTD_c_compressionLevel]: clamp(level, 1, 19) },
});

const CODECS: Record<Encoding, Codec> = {
  zstd: {
    createDecoder: () => zlib.createZstdDecompress(),
    createEncoder: (level) => zlib.createZstdCompress(zstdOptions(level)),
    encode: (body, level) => zlib.zstdCompressSync(body, zstdOptions(level)),
  },
  br: {
    createDecoder: () => zlib.createBrotliDecompress(),
    createEncoder: (level) => zlib.createBrotliCompress(brotliOptions(level)),
    encode: (body, level) => zlib.brotliCompressSync(body, brotliOptions(level)),
  },
  gzip: {
    createDecoder: () => zlib.createGunzip(),
    createEncoder: (level) => zlib.createGzip(zlibOptions(level)),
    encode: (body, level) => zlib.gzipSync(body, zlibOptions(level)),
  },
  deflate: {
    createDecoder: () => zlib.createInflate(),
    createEncoder: (level) => zlib.createDeflate(zlibOptions(level)),
    encode: (body, level) => zlib.deflateSync(body, zlibOptions(level)),
  },
};

export function chooseResponseEncoding(acceptEncoding: string | undefined): Encoding | undefined {
  if (acceptEncoding === undefined) return undefined;
  return PREFERRED.find((encoding) => acceptEncoding.includes(encoding));
}

/** A stream that undoes a request's Content-Encoding; undefined when there is nothing to undo. */
export function createRequestDecoder(contentEncoding: string | undefined): Duplex | undefined {
  if (contentEncoding === undefined || contentEncoding === '' || contentEncoding === 'identity')
    return undefined;
  const encoding = PREFERRED.find((known) => known === contentEncoding.toLowerCase());
  if (!encoding) throw ClickHouseError.of(89, `Unknown HTTP content encoding: ${contentEncoding}`);
  return CODECS[encoding].createDecoder();
}

/** `level` is http_zlib_compression_level, which counts for every method as in ClickHouse. */
export function createResponseEncoder(encoding: Encoding, level: number): Duplex {
  return CODECS[encoding].createEncoder(level);
}

/** For bodies so small that a stream and its hops to libuv's pool would cost more than the work itself. */
export function encodeBody(encoding: Encoding, body: Buffer, level: number): Buffer {
  return CODECS[encoding].encode(body, level);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
