/**
 * The columns of a batch, value by value, in the form of the `record_versions` table: every value has its version in
 * front (load number and place in the load, four bytes each, big-endian). Nothing is written for an empty field.
 *
 * A row can be taken back while it is under way, and given another place in the load.
 */
import { TextColumn } from './native-block';

export const VERSION_BYTES = 8;

/**
 * The place in the load: 20 bits for the batch, 12 for how often its key came before in the batch. So of two rows of
 * one key the later one wins; beyond 4,095 rows of one key in one batch the greater text does.
 */
export const OCCURRENCES_MAX = 4_095;
export const BATCHES_MAX = 1_048_575;
const OCCURRENCE_BITS = 12;

/** Up to here a value's length with its version takes one byte, even if every character took three. */
const SHORT_CHARS = 39;

/** Values of a row: fields, their match and raw forms. */
const TOUCHED_MAX = 128;

export class ValueColumns {
  rows = 0;
  readonly version = Buffer.alloc(VERSION_BYTES);
  readonly #columns = new Map<string, TextColumn>();
  #touched = 0;
  readonly #touchedColumns: TextColumn[] = Array<TextColumn>(TOUCHED_MAX);
  /** Where the value began, with its length; and where its version is. */
  readonly #startedAt = new Int32Array(TOUCHED_MAX);
  readonly #versionAt = new Int32Array(TOUCHED_MAX);

  constructor(loadNumber: number) {
    this.version.writeUInt32BE(loadNumber, 0);
  }

  begin(batch: number): void {
    if (batch > BATCHES_MAX)
      throw new RangeError(`batch ${batch} is beyond the ${BATCHES_MAX} that a load may have`);
    this.version.writeUInt32BE((batch << OCCURRENCE_BITS) >>> 0, 4);
    this.rows = 0;
    this.#touched = 0;
    for (const column of this.#columns.values()) column.clear();
  }

  column(name: string): TextColumn {
    let column = this.#columns.get(name);
    if (!column) {
      column = new TextColumn(name);
      this.#columns.set(name, column);
    }
    return column;
  }

  /** Writes the length and the version of a value of `bytes`; its bytes go to `column.position`, by the caller. */
  open(column: TextColumn, bytes: number): void {
    const length = bytes + VERSION_BYTES;
    column.seek(this.rows, length + 5);
    const { data, position } = column;
    let at = position;
    if (length < 0x80) data[at++] = length;
    else {
      let rest = length;
      for (; rest >= 0x80; rest >>>= 7) data[at++] = (rest & 0x7f) | 0x80;
      data[at++] = rest;
    }
    const touched = this.#touched++;
    this.#touchedColumns[touched] = column;
    this.#startedAt[touched] = position;
    this.#versionAt[touched] = at;
    const { version } = this;
    data[at] = version[0] ?? 0;
    data[at + 1] = version[1] ?? 0;
    data[at + 2] = version[2] ?? 0;
    data[at + 3] = version[3] ?? 0;
    data[at + 4] = version[4] ?? 0;
    data[at + 5] = version[5] ?? 0;
    data[at + 6] = version[6] ?? 0;
    data[at + 7] = version[7] ?? 0;
    column.position = at + VERSION_BYTES;
    column.valueStart = column.position;
    column.rows = this.rows + 1;
  }

  copy(column: TextColumn, bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    this.open(column, length);
    const { data, position } = column;
    if (length < 48) for (let at = 0; at < length; at += 1) data[position + at] = bytes[start + at] ?? 0;
    else bytes.copy(data, position, start, end);
    column.position = position + length;
  }

  text(column: TextColumn, value: string): void {
    const { length } = value;
    if (length > SHORT_CHARS) {
      this.open(column, Buffer.byteLength(value));
      column.position += column.data.write(value, column.position);
      return;
    }
    // Short and nearly always ASCII: a loop is faster than a call, and the length stays one byte in any case.
    column.seek(this.rows, 3 * length + VERSION_BYTES + 1);
    this.open(column, length);
    const { data, position } = column;
    for (let at = 0; at < length; at += 1) {
      const code = value.charCodeAt(at);
      if (code >= 0x80) {
        const bytes = data.write(value, position);
        data[position - VERSION_BYTES - 1] = bytes + VERSION_BYTES;
        column.position = position + bytes;
        return;
      }
      data[position + at] = code;
    }
    column.position = position + length;
  }

  /** Whether the row under way has a value in the column. */
  has(column: TextColumn): boolean {
    return column.rows > this.rows;
  }

  /** The value of the row under way, or null. */
  valueOf(column: TextColumn): string | null {
    return this.has(column) ? column.data.toString('utf8', column.valueStart, column.position) : null;
  }

  /** Keeps the row. @param occurrence how often its key came before in this batch */
  accept(occurrence: number): void {
    if (occurrence > 0) {
      const place = this.version.readUInt32BE(4) + Math.min(occurrence, OCCURRENCES_MAX);
      for (let touched = 0; touched < this.#touched; touched += 1) {
        this.#touchedColumns[touched]?.data.writeUInt32BE(place >>> 0, (this.#versionAt[touched] ?? 0) + 4);
      }
    }
    this.#touched = 0;
    this.rows += 1;
  }

  /** Takes the row back. */
  discard(): void {
    for (let touched = this.#touched - 1; touched >= 0; touched -= 1) {
      this.#touchedColumns[touched]?.rewind(this.rows, this.#startedAt[touched] ?? 0);
    }
    this.#touched = 0;
  }

  /** The columns that have a value in any row, all of them `rows` long. They are valid until `begin`. */
  *filled(): Generator<TextColumn> {
    for (const column of this.#columns.values()) {
      if (column.rows === 0) continue;
      column.seek(this.rows, 0);
      yield column;
    }
  }
}
