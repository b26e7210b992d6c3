/**
 * Text that came in and is not yet in a segment. Splitters scan it in place; `cut` copies a segment out of it, so that
 * a segment owns its memory and can be handed to a thread. Memory: the segment under way and one chunk.
 */
import { type Segment } from './rows';

export interface SegmentWindow {
  /** The bytes from the start of the next segment on; valid up to `length` and until the next `push` or `cut`. */
  bytes: Buffer;
  length: number;
  /** Position of the first byte in the text. */
  base: number;
  push(chunk: Uint8Array): void;
  /** Takes the first `count` bytes away as a segment. */
  cut(count: number): Segment;
  /** Takes the first `count` bytes away for good. */
  drop(count: number): void;
}

const FIRST_BYTES = 65_536;

export function createSegmentWindow(position: number): SegmentWindow {
  let from = 0;
  let whole = Buffer.allocUnsafeSlow(FIRST_BYTES);
  const take = (count: number): void => {
    from += count;
    self.base += count;
    self.length -= count;
    self.bytes = whole.subarray(from);
  };
  const self: SegmentWindow = {
    bytes: whole,
    length: 0,
    base: position,
    push(chunk) {
      if (from + self.length + chunk.length > whole.length) {
        const needed = self.length + chunk.length;
        const target =
          needed > whole.length ? Buffer.allocUnsafeSlow(Math.max(needed, whole.length * 2)) : whole;
        whole.copy(target, 0, from, from + self.length);
        whole = target;
        from = 0;
        self.bytes = whole;
      }
      whole.set(chunk, from + self.length);
      self.length += chunk.length;
    },
    cut(count) {
      const bytes = Buffer.allocUnsafeSlow(count);
      whole.copy(bytes, 0, from, from + count);
      const start = self.base;
      take(count);
      return { bytes, start, dropped: 0 };
    },
    drop: take,
  };
  return self;
}
