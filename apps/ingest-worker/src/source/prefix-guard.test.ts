import fc from 'fast-check';
import { readAll } from '../test-support/read-all';
import { createPrefixGuard, type PrefixGuard } from './prefix-guard';

const CONTENT = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7) % 251));

async function* inChunks(content: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < content.length; at += chunkBytes) {
    yield await Promise.resolve(content.subarray(at, at + chunkBytes));
  }
}

/** Reads from `start` on, and stops once it has `bytes`. */
async function readSome(guard: PrefixGuard, content: Uint8Array, start: number, bytes = Infinity, size = 10) {
  const read: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of guard.skip(inChunks(content, size), start)) {
    read.push(Buffer.from(chunk));
    count += chunk.length;
    if (count >= bytes) break;
  }
  return Buffer.concat(read);
}

test('however the same content is cut and where passes stop, it is given from the start asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(300), fc.nat(300), fc.integer({ min: 1, max: 90 })), { maxLength: 5 }),
      async (passes) => {
        const guard = createPrefixGuard();
        for (const [start, bytes, size] of passes) {
          const read = await readSome(guard, CONTENT, start, bytes, size);
          expect(read).toEqual(CONTENT.subarray(start, start + read.length));
          expect(read.length).toBeGreaterThanOrEqual(Math.min(bytes, CONTENT.length - start));
        }
      },
    ),
  );
});

test.each([0, 50, 99])(
  'byte %i that reads differently is noticed before a byte behind the break',
  async (place) => {
    const guard = createPrefixGuard();
    await readSome(guard, CONTENT, 0, 100);
    const other = Buffer.from(CONTENT);
    other[place]! ^= 1;
    await expect(readAll(guard.skip(inChunks(other, 30), 100))).rejects.toMatchObject({
      code: 'source_changed',
    });
  },
);

test('content that became shorter than what was read is noticed', async () => {
  const guard = createPrefixGuard();
  await readSome(guard, CONTENT, 0, 100);
  await expect(readSome(guard, CONTENT.subarray(0, 99), 0)).rejects.toMatchObject({ code: 'source_changed' });
  await expect(readSome(guard, CONTENT.subarray(0, 99), 99)).rejects.toMatchObject({
    code: 'source_changed',
  });
});

test('a start behind the end is a changed source', async () => {
  await expect(readSome(createPrefixGuard(), CONTENT, 301)).rejects.toMatchObject({ code: 'source_changed' });
});
