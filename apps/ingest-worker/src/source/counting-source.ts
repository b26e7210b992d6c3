/** A source that counts the bytes read from it, for progress. */
import { type Source } from './source';

export function countingSource(source: Source): {
  readonly source: Source;
  readonly bytesRead: () => number;
} {
  let bytes = 0;
  return {
    source: {
      ...source,
      async *read(start, end) {
        for await (const chunk of source.read(start, end)) {
          bytes += chunk.length;
          yield chunk;
        }
      },
    },
    bytesRead: () => bytes,
  };
}
