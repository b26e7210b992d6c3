/**
 * Remembers what a pure function made of cells, by their bytes: names, towns and companies repeat in a file, and a cell
 * that came before costs no string. A table of fixed size in which a new cell takes the place of an old one: what
 * repeats is found, and what does not repeat costs little.
 */

const PLACES = 2_048;
/** Longer cells hardly repeat. */
const CELL_BYTES_MAX = 40;

/** @param work never gives undefined */
export function rememberingCells<T>(
  work: (text: string) => T,
): (bytes: Buffer, start: number, end: number) => T {
  const cells = Buffer.alloc(PLACES * CELL_BYTES_MAX);
  const lengths = new Uint8Array(PLACES);
  const results = Array<T | undefined>(PLACES).fill(undefined);

  const isAt = (place: number, bytes: Buffer, start: number, length: number): boolean => {
    if (lengths[place] !== length) return false;
    const from = place * CELL_BYTES_MAX;
    for (let at = 0; at < length; at += 1) if (cells[from + at] !== bytes[start + at]) return false;
    return true;
  };
  return (bytes, start, end) => {
    const length = end - start;
    if (length > CELL_BYTES_MAX) return work(bytes.toString('utf8', start, end));
    let hash = length;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const before = results[place];
    if (before !== undefined && isAt(place, bytes, start, length)) return before;
    const result = work(bytes.toString('utf8', start, end));
    bytes.copy(cells, place * CELL_BYTES_MAX, start, end);
    lengths[place] = length;
    results[place] = result;
    return result;
  };
}
