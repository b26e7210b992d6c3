/** Ways to pack a file. */
import { brotliCompressSync, constants, crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';

export interface Packing {
  readonly name: string;
  /** Behind the name of the file. */
  readonly extension: string;
  readonly pack: (bytes: Buffer, name: string) => Buffer;
}

/** Most of the time of packing goes into the last percents of the size. */
const QUICK_BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } };

export const PACKINGS: readonly Packing[] = [
  { name: 'plain', extension: '', pack: (bytes) => bytes },
  { name: 'gzip', extension: '.gz', pack: (bytes) => gzipSync(bytes) },
  { name: 'zstd', extension: '.zst', pack: (bytes) => zstdCompressSync(bytes) },
  { name: 'brotli', extension: '.br', pack: (bytes) => brotliCompressSync(bytes, QUICK_BROTLI) },
  { name: 'zip', extension: '.zip', pack: (bytes, name) => zip(name, bytes) },
];

const DEFLATED = 8;

/** One member, with its sizes in the local header; times are left at zero. */
function zip(name: string, bytes: Buffer): Buffer {
  const packed = deflateRawSync(bytes);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(DEFLATED, 4);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(Buffer.byteLength(name), 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name)]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length + packed.length, 16);
  return Buffer.concat([local, packed, central, end]);
}
