/** Writes ClickHouse's RowBinary: https://clickhouse.com/docs/interfaces/formats/RowBinary. */

const CHUNK_BYTES = 1_048_576;
/** Up to here a text's length takes one byte, even if every character took three. */
const SHORT_CHARS = 42;

export class RowBinaryWriter {
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #position = 0;
  #full: Buffer[] = [];

  /** Everything written so far; the writer begins anew. */
  take(): readonly Buffer[] {
    const chunks =
      this.#position === 0 ? this.#full : [...this.#full, this.#chunk.subarray(0, this.#position)];
    this.#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#position = 0;
    this.#full = [];
    return chunks;
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#chunk[this.#position++] = value;
  }

  /** LEB128, below 2³². */
  varint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#chunk[this.#position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#chunk[this.#position++] = rest;
  }

  /** FixedString, or a value whose bytes were made before. */
  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#chunk.set(value, this.#position);
    this.#position += value.length;
  }

  text(value: string): void {
    const { length } = value;
    if (length > SHORT_CHARS) {
      const bytes = Buffer.byteLength(value);
      this.varint(bytes);
      this.#reserve(bytes);
      this.#position += this.#chunk.write(value, this.#position);
      return;
    }
    this.#reserve(3 * length + 1);
    const start = this.#position + 1;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        const bytes = this.#chunk.write(value, start);
        this.#chunk[start - 1] = bytes;
        this.#position = start + bytes;
        return;
      }
      this.#chunk[start + index] = code;
    }
    this.#chunk[start - 1] = length;
    this.#position = start + length;
  }

  nullableText(value: string | null): void {
    this.uint8(value === null ? 1 : 0);
    if (value !== null) this.text(value);
  }

  #reserve(bytes: number): void {
    if (this.#position + bytes <= this.#chunk.length) return;
    this.#full.push(this.#chunk.subarray(0, this.#position));
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes));
    this.#position = 0;
  }
}
