/**
 * Bytes out of a compressed stream, in constant memory. A stream that is cut off, damaged or followed by something else
 * is an error, never a short file; one that swells beyond all reason is refused while it does.
 */
import { constants, createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { JobFailure } from '../jobs/job-failure';
import { createByteFeed, type Engine } from './byte-feed';
import { type Compression } from './content-kinds';

export interface DecodeLimits {
  /** Bytes out per byte in that a file may come to, once more than `ratioFloorBytes` came out. */
  readonly ratioMax: number;
  readonly ratioFloorBytes: number;
  /** Bytes that may come out in all. */
  readonly outputBytesMax: number;
}

/**
 * Tables compress to a third or a twentieth, logs of one line over and over to a hundredth. Gzip cannot go beyond
 * 1:1032, so a bomb that keeps below this limit has to bring the bytes that it is meant to save.
 */
export const DECODE_LIMITS: DecodeLimits = {
  ratioMax: 200,
  ratioFloorBytes: 64 * 1024 * 1024,
  outputBytesMax: 4 * 1024 ** 4,
};

const OUT_BYTES = 131_072;

/** Zstandard's window is what the file asks for: 128 MiB is what the format bids every decoder to take. */
const WINDOW_LOG_MAX = 27;

type Packed = Exclude<Compression, 'none' | 'zip'>;

const ENGINES: Record<Packed, () => Engine> = {
  gzip: () => createGunzip({ chunkSize: OUT_BYTES }),
  brotli: () => createBrotliDecompress({ chunkSize: OUT_BYTES }),
  zstd: () =>
    createZstdDecompress({
      chunkSize: OUT_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX },
    }),
};

/** @throws JobFailure `truncated_archive`, `corrupt_archive`, `compression_ratio`, `output_too_large` */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Packed,
  limits: DecodeLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  const feed = createByteFeed(bytes);
  const guard = createSwellGuard(limits, feed.bytesIn);
  try {
    do {
      const engine = ENGINES[compression]();
      const fed = feed.into(engine);
      try {
        for await (const chunk of engine as AsyncIterable<Buffer>) {
          guard(chunk.length);
          yield chunk;
        }
        await fed;
      } finally {
        engine.destroy();
      }
      feed.drop(engine.bytesWritten);
      // Node's Zstandard stops at the end of a frame, of which a file may have many; the others know their own end.
    } while (compression === 'zstd' && (await feed.hasMore()));
    if (!(await feed.isBlank())) {
      throw new JobFailure(
        'corrupt_archive',
        `Behind the end of the ${compression} data follows something that is none. Pack the file anew.`,
      );
    }
  } catch (error) {
    throw toFailure(error, compression);
  } finally {
    await feed.close();
  }
}

/** @returns a function to be told of every chunk that came out */
export function createSwellGuard(limits: DecodeLimits, bytesIn: () => number): (bytes: number) => void {
  let bytesOut = 0;
  return (bytes) => {
    bytesOut += bytes;
    if (bytesOut > limits.ratioFloorBytes && bytesOut > bytesIn() * limits.ratioMax) {
      throw new JobFailure(
        'compression_ratio',
        `The file unpacks to more than ${limits.ratioMax} times its size. Load it unpacked if it is meant.`,
      );
    }
    if (bytesOut > limits.outputBytesMax) {
      throw new JobFailure(
        'output_too_large',
        `The file unpacks to more than ${limits.outputBytesMax} bytes.`,
      );
    }
  };
}

/** An error of the engine, by its code, or the same error when it is not one. */
export function toFailure(error: unknown, compression: string): unknown {
  const code = errorCode(error);
  if (code === 'Z_BUF_ERROR') {
    return new JobFailure(
      'truncated_archive',
      `The ${compression} data ends too early: the file was not copied whole. Upload it again.`,
    );
  }
  if (/^(Z_|ZSTD_|ERR__?(ERROR_|BROTLI|ZSTD|ZLIB|TRAILING))/.test(code)) {
    return new JobFailure('corrupt_archive', `The ${compression} data is damaged. Pack or upload it again.`);
  }
  return error;
}

/** Empty for an error without one. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
