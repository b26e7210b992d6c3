/** Remembers what a pure function made of texts, for fields of few different values: most of a file repeats. */

const REMEMBERED_MAX = 16_384;
/** Longer texts hardly repeat. */
const REMEMBERED_CHARS = 40;

export function remembering<T>(work: (text: string) => T): (text: string) => T {
  let known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = work(text);
    if (text.length <= REMEMBERED_CHARS) {
      if (known.size >= REMEMBERED_MAX) known = new Map();
      known.set(text, result);
    }
    return result;
  };
}
