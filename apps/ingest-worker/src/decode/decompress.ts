/**
 * Bytes out of a compressed stream, in constant memory. A stream that is cut off, damaged or followed by something else
 * is an error, never a short file; one that swells beyond all reason is refused while it does.
 */
import { pipeline, Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { JobFailure } from '../jobs/job-failure';
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

const ENGINES: Record<Packed, () => Transform & { bytesWritten: number }> = {
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
  const engine = ENGINES[compression]();
  let bytesIn = 0;
  async function* feed(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      bytesIn += chunk.length;
      // The source reuses its chunks, the stream reads ahead.
      yield Buffer.from(chunk);
    }
  }
  const input = Readable.from(feed(), { highWaterMark: 1 });
  // The error reaches the reader of the engine; here it would only be heard twice.
  pipeline(input, engine, () => undefined);
  const guard = createSwellGuard(limits, () => bytesIn);
  try {
    for await (const chunk of engine as AsyncIterable<Buffer>) {
      guard(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw toFailure(error, compression);
  } finally {
    engine.destroy();
    input.destroy();
  }
  // What follows the end is dropped by the engine without a word.
  if (engine.bytesWritten < bytesIn) {
    throw new JobFailure(
      'corrupt_archive',
      `After the end of the ${compression} data, ${bytesIn - engine.bytesWritten} bytes follow that are none. Pack the file anew.`,
    );
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

export function toFailure(error: unknown, compression: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
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
