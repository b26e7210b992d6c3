/** Counts the rows of a result in its bytes as they pass, however they are cut into pieces. */

export interface RowCounter {
  add(piece: Uint8Array): void;
  rows(): number;
}

const LINE_FEED = 0x0a;
const QUOTE = 0x22;

/** JSON lines: a line feed within a value is escaped. */
export function countLines(): RowCounter {
  let rows = 0;
  return {
    add(piece) {
      for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1)) rows += 1;
    },
    rows: () => rows,
  };
}

/** RFC 4180 with a header: a line feed ends a row where the quotes before it are even in number. */
export function countCsvRows(): RowCounter {
  let lines = 0;
  let outside = 1;
  return {
    add(piece) {
      let count = 0;
      let even = outside;
      // eslint-disable-next-line @typescript-eslint/prefer-for-of -- four times as slow over bytes
      for (let at = 0; at < piece.length; at += 1) {
        const byte = piece[at];
        if (byte === QUOTE) even ^= 1;
        else if (byte === LINE_FEED) count += even;
      }
      outside = even;
      lines += count;
    },
    rows: () => Math.max(lines - 1, 0),
  };
}
