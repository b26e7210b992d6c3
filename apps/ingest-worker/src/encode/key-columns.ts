/** Keys of a batch with their rules, and how often each key came before in the batch. */
import { type BlockColumn, lowCardinality } from './native-block';

export const KEY_BYTES = 16;
const ROWS_FIRST = 16_384;

export class KeyColumns {
  #keys = Buffer.allocUnsafeSlow(ROWS_FIRST * KEY_BYTES);
  #rules = new Uint8Array(ROWS_FIRST);
  #rows = 0;
  readonly #ruleNames: string[] = [];
  /** Open addressing: row + 1 of the first row with a key, 0: free. A power of two, at most half full. */
  #slots = new Int32Array(ROWS_FIRST * 4);
  /** How often the key of a first row has come so far. */
  #seen = new Uint32Array(ROWS_FIRST);

  clear(): void {
    this.#rows = 0;
    this.#slots.fill(0);
    // Numbered anew, so that a batch has the same bytes whatever its thread had before.
    this.#ruleNames.length = 0;
  }

  /** @param key latin1 text of 16 bytes @returns how often this key came before */
  add(key: string, rule: string): number {
    if (this.#rows * KEY_BYTES >= this.#keys.length) this.#grow();
    const row = this.#rows;
    this.#keys.write(key, row * KEY_BYTES, KEY_BYTES, 'latin1');
    let index = this.#ruleNames.indexOf(rule);
    if (index === -1) index = this.#ruleNames.push(rule) - 1;
    this.#rules[row] = index;
    this.#rows = row + 1;
    return this.#count(row);
  }

  toColumns(): BlockColumn[] {
    const rows = this.#rows;
    return [
      {
        name: 'dedupe_key',
        type: `FixedString(${KEY_BYTES})`,
        parts: [this.#keys.subarray(0, rows * KEY_BYTES)],
      },
      {
        name: 'key_rule',
        type: 'LowCardinality(String)',
        parts: lowCardinality(this.#ruleNames, this.#rules.subarray(0, rows)),
      },
    ];
  }

  #count(row: number): number {
    const mask = this.#slots.length - 1;
    // The key is a hash already: its first bytes are as good a slot as any.
    for (let slot = this.#keys.readInt32LE(row * KEY_BYTES) & mask; ; slot = (slot + 1) & mask) {
      const first = this.#slots[slot] ?? 0;
      if (first === 0) {
        this.#slots[slot] = row + 1;
        this.#seen[row] = 1;
        return 0;
      }
      if (this.#sameKey(first - 1, row)) {
        const seen = this.#seen[first - 1] ?? 0;
        this.#seen[first - 1] = seen + 1;
        return seen;
      }
    }
  }

  #sameKey(a: number, b: number): boolean {
    const keys = this.#keys;
    for (let at = 0; at < KEY_BYTES; at += 4) {
      if (keys.readInt32LE(a * KEY_BYTES + at) !== keys.readInt32LE(b * KEY_BYTES + at)) return false;
    }
    return true;
  }

  #grow(): void {
    const rows = this.#rows * 2;
    const keys = Buffer.allocUnsafeSlow(rows * KEY_BYTES);
    this.#keys.copy(keys);
    this.#keys = keys;
    const rules = new Uint8Array(rows);
    rules.set(this.#rules);
    this.#rules = rules;
    const seen = new Uint32Array(rows);
    seen.set(this.#seen);
    this.#seen = seen;
    const old = this.#slots;
    this.#slots = new Int32Array(rows * 4);
    const mask = this.#slots.length - 1;
    for (const first of old) {
      if (first === 0) continue;
      let slot = keys.readInt32LE((first - 1) * KEY_BYTES) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = first;
    }
  }
}
