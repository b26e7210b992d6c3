import { type Duplex } from 'node:stream';
import zlib from 'node:zlib';
import { ClickHouseError } from './clickhouse-error';

export type Encoding = 'zstd' | 'br' | 'gzip' | 'deflate';

/** ClickHouse takes the first of its own list that the client names anywhere, whatever the order and weights. */
const PREFERRED: readonly Encoding[] = ['zstd', 'br', 'gzip', 'deflate'];

const DECODERS: Record<Encoding, () => Duplex> = {
  zstd: () => zlib.createZstdDecompress(),
  br: () => zlib.createBrotliDecompress(),
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
};

const LEVEL_DEFAULT = 3;

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
  return DECODERS[encoding]();
}

/** `level` is http_zlib_compression_level, which counts for every method as in ClickHouse. */
export function createResponseEncoder(encoding: Encoding, level = LEVEL_DEFAULT): Duplex {
  switch (encoding) {
    case 'zstd':
      return zlib.createZstdCompress({
        params: { [zlib.constants.ZSTD_c_compressionLevel]: clamp(level, 1, 19) },
      });
    case 'br':
      return zlib.createBrotliCompress({
        params: { [zlib.constants.BROTLI_PARAM_QUALITY]: clamp(level, 0, 11) },
      });
    case 'gzip':
      return zlib.createGzip({ level: clamp(level, 1, 9) });
    case 'deflate':
      return zlib.createDeflate({ level: clamp(level, 1, 9) });
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
