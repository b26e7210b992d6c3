/** The `v_attributes` column of a batch: a map per row, of the columns that fill no field. Values have their version in front. */
import { type BlockColumn, TextColumn, text } from './native-block';
import { VERSION_BYTES } from './value-columns';

export class AttributeColumn {
  readonly #names = new TextColumn('names');
  readonly #values = new TextColumn('values');
  readonly #encodedNames = new Map<string, Buffer>();
  /** Entries up to and including each row. */
  #offsets = new Float64Array(1_024);
  #rows = 0;
  #entries = 0;
  /** Of the row under way. */
  #rowEntries = 0;
  #namesStart = 0;
  #valuesStart = 0;
  readonly #versionAt: number[] = [];

  clear(): void {
    this.#names.clear();
    this.#values.clear();
    this.#rows = 0;
    this.#entries = 0;
    this.#beginRow();
  }

  add(name: string, version: Buffer, bytes: Buffer, start: number, end: number): void {
    const encoded = this.#encode(name);
    this.#names.seek(0, encoded.length);
    this.#names.data.set(encoded, this.#names.position);
    this.#names.position += encoded.length;

    const length = end - start + VERSION_BYTES;
    const values = this.#values;
    values.seek(0, length + 5);
    let at = values.position;
    let rest = length;
    for (; rest >= 0x80; rest >>>= 7) values.data[at++] = (rest & 0x7f) | 0x80;
    values.data[at++] = rest;
    this.#versionAt.push(at);
    values.data.set(version, at);
    bytes.copy(values.data, at + VERSION_BYTES, start, end);
    values.position = at + length;
    this.#rowEntries += 1;
  }

  accept(place: number | null): void {
    if (place !== null) for (const at of this.#versionAt) this.#values.data.writeUInt32BE(place, at + 4);
    this.#entries += this.#rowEntries;
    if (this.#rows >= this.#offsets.length) {
      const grown = new Float64Array(this.#offsets.length * 2);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    this.#offsets[this.#rows] = this.#entries;
    this.#rows += 1;
    this.#beginRow();
  }

  discard(): void {
    this.#names.position = this.#namesStart;
    this.#values.position = this.#valuesStart;
    this.#beginRow();
  }

  /** Null when no row has an attribute. */
  toColumn(): BlockColumn | null {
    if (this.#entries === 0) return null;
    const offsets = new BigUint64Array(this.#rows);
    for (let row = 0; row < this.#rows; row += 1) offsets[row] = BigInt(this.#offsets[row] ?? 0);
    return {
      name: 'v_attributes',
      type: 'Map(String, String)',
      parts: [
        new Uint8Array(offsets.buffer),
        this.#names.data.subarray(0, this.#names.position),
        this.#values.data.subarray(0, this.#values.position),
      ],
    };
  }

  #beginRow(): void {
    this.#rowEntries = 0;
    this.#namesStart = this.#names.position;
    this.#valuesStart = this.#values.position;
    this.#versionAt.length = 0;
  }

  #encode(name: string): Buffer {
    let encoded = this.#encodedNames.get(name);
    if (!encoded) {
      encoded = text(name);
      if (this.#encodedNames.size < 10_000) this.#encodedNames.set(name, encoded);
    }
    return encoded;
  }
}
