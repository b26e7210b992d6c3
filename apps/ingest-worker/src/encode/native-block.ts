/**
 * Columns of one insert in ClickHouse's Native format, https://clickhouse.com/docs/interfaces/formats/Native: the one
 * that ClickHouse reads with the least work, since it need not take rows apart.
 *
 * A column that no row of the block has a value for is left out, and ClickHouse fills in its default.
 */

const FIRST_BYTES = 65_536;

/** Strings, one after the other. Rows without one are filled in when the next comes, so they cost nothing. */
export class TextColumn {
  data = Buffer.allocUnsafeSlow(FIRST_BYTES);
  position = 0;
  /** Rows that have their value. */
  rows = 0;
  /** Where the last value begins, behind its version; it ends at `position`. */
  valueStart = 0;

  constructor(readonly name: string) {}

  /** Makes the column stand at `row` with room for `bytes` more. */
  seek(row: number, bytes: number): void {
    const empty = row - this.rows;
    const needed = this.position + empty + bytes;
    if (needed > this.data.length) this.#grow(needed);
    if (empty > 0) {
      this.data.fill(0, this.position, this.position + empty);
      this.position += empty;
      this.rows = row;
    }
  }

  /** Forgets the value of the row under way. */
  rewind(row: number, position: number): void {
    this.rows = row;
    this.position = position;
  }

  clear(): void {
    this.position = 0;
    this.rows = 0;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.data.length * 2));
    this.data.copy(grown, 0, 0, this.position);
    this.data = grown;
  }
}

export interface BlockColumn {
  readonly name: string;
  readonly type: string;
  readonly parts: readonly Uint8Array[];
}

export function toBlock(rows: number, columns: readonly BlockColumn[]): Uint8Array[] {
  const parts: Uint8Array[] = [Buffer.concat([varint(columns.length), varint(rows)])];
  for (const { name, type, parts: data } of columns)
    parts.push(Buffer.concat([text(name), text(type)]), ...data);
  return parts;
}

/** The same bytes for every row. */
export function repeated(value: Uint8Array, rows: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(value.length * rows);
  if (rows === 0) return bytes;
  bytes.set(value);
  for (let done = value.length; done < bytes.length; done *= 2)
    bytes.copyWithin(done, 0, Math.min(done, bytes.length - done));
  return bytes;
}

/** A LowCardinality(String) of at most 256 different values, told by their place in `values`. */
export function lowCardinality(values: readonly string[], indexes: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(24);
  // Version 1: keys of its own, not shared between blocks.
  head.writeBigUInt64LE(1n, 0);
  // Indexes of one byte (0), additional keys (bit 9), of a dictionary that is new (bit 10).
  head.writeBigUInt64LE((1n << 9n) | (1n << 10n), 8);
  head.writeBigUInt64LE(BigInt(values.length), 16);
  const rows = Buffer.alloc(8);
  rows.writeBigUInt64LE(BigInt(indexes.length));
  return [head, ...values.map(text), rows, indexes];
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(bytes.length), bytes]);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
