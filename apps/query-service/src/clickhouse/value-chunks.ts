/** ClickHouse refuses a parameter over 128 KiB: a longer list becomes several. A character is at most 3 bytes. */
const LIST_CHARS_MAX = 32_000;

export function valueChunks(values: readonly string[]): string[][] {
  const result: string[][] = [];
  let room = 0;
  for (const value of values) {
    if (value.length > room) {
      result.push([]);
      room = LIST_CHARS_MAX;
    }
    result.at(-1)?.push(value);
    room -= value.length;
  }
  return result;
}
