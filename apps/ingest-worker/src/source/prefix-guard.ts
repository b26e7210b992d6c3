/**
 * For sources that can only be read from their start. What was read once has to read the same again: each pass is
 * hashed, and where an earlier one had got to, the hashes must agree. So a read may go on after a break even when
 * the server has no name for the version of its file. Passes must not overlap.
 */
import { createHash } from 'node:crypto';
import { sourceChanged } from './source';

export interface PrefixGuard {
  /**
   * @param body bytes from the start of the source
   * @returns its bytes from `start` on, once what is before it has proved to be what it was
   * @throws JobFailure `source_changed`
   */
  skip(body: AsyncIterable<Uint8Array>, start: number): AsyncGenerator<Uint8Array, void, undefined>;
}

export function createPrefixGuard(): PrefixGuard {
  let known = { bytes: 0, digest: digestOf(createHash('sha256')) };
  return {
    async *skip(body, start) {
      const hash = createHash('sha256');
      const before = known;
      let at = 0;
      try {
        for await (const chunk of body) {
          for (const part of cutAt(chunk, [start - at, before.bytes - at])) {
            hash.update(part);
            at += part.length;
            if (at === before.bytes && digestOf(hash) !== before.digest) throw sourceChanged();
            if (at > start) yield part;
          }
        }
        if (at < start || at < before.bytes) throw sourceChanged();
      } finally {
        if (at > before.bytes) known = { bytes: at, digest: digestOf(hash) };
      }
    },
  };
}

/** @param places from the chunk's begin; those outside it cut nothing */
function cutAt(chunk: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.filter((place) => place > 0 && place < chunk.length), chunk.length];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((cut, index) => chunk.subarray(cuts[index], cut));
}

function digestOf(hash: ReturnType<typeof createHash>): string {
  return hash.copy().digest('base64');
}
