import { pipeline, type Transform } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { type Encoding } from '../accept/accept-encoding';

/** The quickest levels: a stream is to keep up with ClickHouse. */
const ENCODERS: Readonly<Record<Encoding, () => Transform>> = {
  gzip: () => createGzip({ level: 1 }),
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
};

/**
 * Compressed on the threads of libuv, and here rather than in ClickHouse: what fails there midway says so in the text of
 * the result, which has to be seen before it is handed on.
 */
export function compress(pieces: AsyncIterable<Buffer>, encoding: Encoding): AsyncIterable<Buffer> {
  const encoder = ENCODERS[encoding]();
  // A failure of either side ends the other, and is met where the encoder is read.
  pipeline(pieces, encoder, () => undefined);
  return encoder;
}
