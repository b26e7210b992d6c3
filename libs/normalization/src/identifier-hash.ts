/**
 * SipHash-2-4, 64 bits, https://www.aumasson.jp/siphash/siphash.pdf: a keyed hash. Without the key nobody can tell which
 * identifier a hash stands for, nor try identifiers out. Taken of millions of values while rows are loaded, so it works on
 * bytes where they lie, in halves of 32 bits, and leaves its result in two fields instead of making an object.
 */

export const IDENTIFIER_KEY_BYTES = 16;

export class IdentifierHash {
  /** Of the value hashed last, as signed numbers of 32 bits. */
  high = 0;
  low = 0;
  readonly #k0l: number;
  readonly #k0h: number;
  readonly #k1l: number;
  readonly #k1h: number;

  /** @param key 16 bytes */
  constructor(key: Uint8Array) {
    if (key.length !== IDENTIFIER_KEY_BYTES) throw new RangeError('the key of a hash has 16 bytes');
    this.#k0l = word(key, 0);
    this.#k0h = word(key, 4);
    this.#k1l = word(key, 8);
    this.#k1h = word(key, 12);
  }

  hash(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    let v0l = this.#k0l ^ 0x70736575;
    let v0h = this.#k0h ^ 0x736f6d65;
    let v1l = this.#k1l ^ 0x6e646f6d;
    let v1h = this.#k1h ^ 0x646f7261;
    let v2l = this.#k0l ^ 0x6e657261;
    let v2h = this.#k0h ^ 0x6c796765;
    let v3l = this.#k1l ^ 0x79746573;
    let v3h = this.#k1h ^ 0x74656462;

    const words = length >>> 3;
    // Whole words, then the rest with the length, then four rounds over nothing.
    for (let at = 0; at <= words + 1; at += 1) {
      let ml = 0;
      let mh = 0;
      let rounds = 2;
      if (at < words) {
        const offset = start + (at << 3);
        ml = word(bytes, offset);
        mh = word(bytes, offset + 4);
      } else if (at === words) {
        const offset = start + (words << 3);
        for (let rest = 0; rest < (length & 7); rest += 1) {
          const byte = bytes[offset + rest] ?? 0;
          if (rest < 4) ml |= byte << (rest << 3);
          else mh |= byte << ((rest - 4) << 3);
        }
        mh |= length << 24;
      } else {
        v2l ^= 0xff;
        rounds = 4;
      }
      v3l ^= ml;
      v3h ^= mh;
      for (let round = 0; round < rounds; round += 1) {
        let sum = (v0l >>> 0) + (v1l >>> 0);
        v0h = (v0h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
        v0l = sum | 0;
        let carried = (v1l << 13) | (v1h >>> 19);
        v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
        v1l = carried ^ v0l;
        carried = v0l;
        v0l = v0h;
        v0h = carried;

        sum = (v2l >>> 0) + (v3l >>> 0);
        v2h = (v2h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
        v2l = sum | 0;
        carried = (v3l << 16) | (v3h >>> 16);
        v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
        v3l = carried ^ v2l;

        sum = (v0l >>> 0) + (v3l >>> 0);
        v0h = (v0h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
        v0l = sum | 0;
        carried = (v3l << 21) | (v3h >>> 11);
        v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
        v3l = carried ^ v0l;

        sum = (v2l >>> 0) + (v1l >>> 0);
        v2h = (v2h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
        v2l = sum | 0;
        carried = (v1l << 17) | (v1h >>> 15);
        v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
        v1l = carried ^ v2l;
        carried = v2l;
        v2l = v2h;
        v2h = carried;
      }
      v0l ^= ml;
      v0h ^= mh;
    }
    this.low = v0l ^ v1l ^ v2l ^ v3l;
    this.high = v0h ^ v1h ^ v2h ^ v3h;
  }

  /** 16 hexadecimal characters. */
  hex(bytes: Uint8Array): string {
    this.hash(bytes, 0, bytes.length);
    return toHex(this.high) + toHex(this.low);
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function toHex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0');
}
