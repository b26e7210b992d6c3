/** Reads a block of ClickHouse's Native format, as far as the worker writes it: column → value per row. */
type Value = string | number | Record<string, string>;

export function readNative(block: Uint8Array): Map<string, Value[]> {
  const bytes = Buffer.from(block);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (count: number): Buffer => bytes.subarray(at, (at += count));
  /** Latin1, so that versions, which are no text, survive. */
  const text = (): string => take(varint()).toString('latin1');
  const uint64 = (): number => Number(take(8).readBigUInt64LE());
  const many = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read);

  const readColumn = (type: string, rows: number): Value[] => {
    const fixed = /^FixedString\((\d+)\)$/.exec(type);
    if (fixed) return many(rows, () => take(Number(fixed[1])).toString('latin1'));
    switch (type) {
      case 'String':
        return many(rows, text);
      case 'UInt32':
        return many(rows, () => take(4).readUInt32LE());
      case "DateTime64(3, 'UTC')":
        return many(rows, uint64);
      case 'LowCardinality(String)': {
        take(16);
        const values = many(uint64(), text);
        return [...take(uint64())].map((index) => values[index] ?? '');
      }
      case 'Map(String, String)': {
        const offsets = many(rows, uint64);
        const names = many(offsets.at(-1) ?? 0, text);
        const entries = names.map((name): [string, string] => [name, text()]);
        return offsets.map((end, row) => Object.fromEntries(entries.slice(offsets[row - 1] ?? 0, end)));
      }
      default:
        throw new Error(`no reader for ${type}`);
    }
  };
  const columns = varint();
  const rows = varint();
  const table = new Map<string, Value[]>();
  for (let column = 0; column < columns; column += 1) {
    const name = text();
    table.set(name, readColumn(text(), rows));
  }
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes behind the block`);
  return table;
}
