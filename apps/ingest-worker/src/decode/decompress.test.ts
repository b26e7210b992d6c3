import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { JobFailure } from '../jobs/job-failure';
import { LIMITS, sourceOf } from '../test-support/read-rows';
import { decompress, type DecodeLimits } from './decompress';

const PLAIN = Buffer.from(
  Array.from({ length: 20_000 }, (_, index) => `${index},row ${index * 7}\n`).join(''),
);

const PACKERS = [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
  ['brotli', brotliCompressSync],
] as const;

async function unpack(
  bytes: Uint8Array,
  compression: 'gzip' | 'zstd' | 'brotli',
  limits: DecodeLimits = LIMITS,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of decompress(sourceOf(bytes, 1_000).read(0), compression, limits))
    chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe.each(PACKERS)('%s', (compression, pack) => {
  test('comes out as it went in', async () => {
    expect((await unpack(pack(PLAIN), compression)).equals(PLAIN)).toBe(true);
  });

  test('that ends too early is never taken for whole, wherever it ends', async () => {
    const packed = pack(PLAIN);
    for (const cut of [1, 5, 9, Math.floor(packed.length / 2), packed.length - 8, packed.length - 1]) {
      await expect(unpack(packed.subarray(0, cut), compression)).rejects.toMatchObject({
        code: 'truncated_archive',
      });
    }
  });

  test('with other bytes behind its end is refused', async () => {
    await expect(
      unpack(Buffer.concat([pack(PLAIN), Buffer.from('rest')]), compression),
    ).rejects.toMatchObject({
      code: 'corrupt_archive',
    });
  });

  test('that swells beyond the ratio or the limit is refused while it does', async () => {
    const packed = pack(Buffer.alloc(3_000_000, 'a,b,c\n'));
    const tight = { ratioMax: 200, ratioFloorBytes: 1_000_000, outputBytesMax: 10_000_000 };
    await expect(unpack(packed, compression, tight)).rejects.toMatchObject({ code: 'compression_ratio' });
    const low = { ratioMax: 1_000_000, ratioFloorBytes: 0, outputBytesMax: 1_000_000 };
    await expect(unpack(packed, compression, low)).rejects.toMatchObject({ code: 'output_too_large' });
    expect((await unpack(packed, compression, { ...tight, ratioFloorBytes: 3_000_000 })).length).toBe(
      3_000_000,
    );
  });

  test('may be left before its end', async () => {
    for await (const chunk of decompress(sourceOf(pack(PLAIN), 100).read(0), compression, LIMITS)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});

test('damage is told from a missing end', async () => {
  const packed = gzipSync(PLAIN);
  packed.fill(0xff, packed.length >> 1, (packed.length >> 1) + 40);
  await expect(unpack(packed, 'gzip')).rejects.toMatchObject({ code: 'corrupt_archive' });
  const frame = zstdCompressSync(PLAIN);
  frame.fill(0xff, 4, 30);
  await expect(unpack(frame, 'zstd')).rejects.toMatchObject({ code: 'corrupt_archive' });
});

test('zero bytes behind the end of gzip are padding', async () => {
  expect((await unpack(Buffer.concat([gzipSync('end'), Buffer.alloc(5_000)]), 'gzip')).toString()).toBe(
    'end',
  );
});

test('all members of gzip and all frames of Zstandard are read', async () => {
  for (const [compression, pack] of PACKERS.slice(0, 2)) {
    const packed = Buffer.concat([pack(PLAIN), pack('mid'), pack('end')]);
    expect((await unpack(packed, compression)).toString()).toBe(`${PLAIN.toString()}midend`);
  }
});

test('a failure of the source comes through as it is', async () => {
  // eslint-disable-next-line @typescript-eslint/require-await -- as a source is read
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield gzipSync(PLAIN).subarray(0, 100);
    throw new JobFailure('source_changed', 'It changed.');
  }
  const read = async (): Promise<void> => {
    for await (const chunk of decompress(failing(), 'gzip', LIMITS)) expect(chunk).toBeDefined();
  };
  await expect(read()).rejects.toMatchObject({ code: 'source_changed' });
});
