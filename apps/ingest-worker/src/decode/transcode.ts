/**
 * Text as UTF-8. UTF-8 goes through as it is, byte order mark and faults included, so that positions in the text are
 * those in the file. Half of a surrogate pair, and half of a code unit at the end of the file, become bytes that are no
 * UTF-8: the row they stand in is rejected with `invalid_encoding` and nothing is lost without a word.
 */
import { type Encoding } from './detect-encoding';

export async function* transcode(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  const transcoder = createTranscoder(encoding);
  for await (const chunk of bytes) yield transcoder.push(chunk);
  const rest = transcoder.end();
  if (rest.length > 0) yield rest;
}

export interface Transcoder {
  /** The text may lie in the chunk itself. */
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const NONE = new Uint8Array();

export function createTranscoder(encoding: Encoding): Transcoder {
  if (encoding === 'utf-8') return { push: (chunk) => chunk, end: () => NONE };
  if (encoding === 'windows-1252') return { push: fromWindows1252, end: () => NONE };
  return createUtf16Transcoder(encoding === 'utf-16be');
}

/** Where Windows-1252 is not ISO 8859-1; the five bytes it leaves open are control characters, as on the web. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const WIDE = Array.from({ length: 128 }, (_, index) =>
  Buffer.from(WINDOWS_1252[index] ?? String.fromCharCode(0x80 + index)),
);

function fromWindows1252(chunk: Uint8Array): Uint8Array {
  let p = 0;
  while (p < chunk.length && (chunk[p] ?? 0) < 0x80) p += 1;
  if (p === chunk.length) return chunk;
  const out = Buffer.allocUnsafe(p + (chunk.length - p) * 3);
  out.set(chunk.subarray(0, p));
  let at = p;
  for (; p < chunk.length; p += 1) {
    const byte = chunk[p] ?? 0;
    if (byte < 0x80) {
      out[at++] = byte;
      continue;
    }
    const wide = WIDE[byte - 0x80] ?? NONE;
    for (let i = 0; i < wide.length; i += 1) out[at++] = wide[i] ?? 0;
  }
  return out.subarray(0, at);
}

function createUtf16Transcoder(isBigEndian: boolean): Transcoder {
  /** Half a code unit, or a high surrogate, which the next chunk may complete. */
  let carried: Buffer = Buffer.alloc(0);
  const toText = (units: Buffer): Buffer => {
    const text = units.toString('utf16le');
    return text.isWellFormed() ? Buffer.from(text) : withLoneSurrogates(text);
  };
  return {
    push(chunk) {
      const bytes = Buffer.concat([carried, chunk]);
      let whole = bytes.length - (bytes.length % 2);
      const lastHigh = whole === 0 ? 0 : (bytes[isBigEndian ? whole - 2 : whole - 1] ?? 0);
      if (lastHigh >= 0xd8 && lastHigh < 0xdc) whole -= 2;
      carried = bytes.subarray(whole);
      const units = bytes.subarray(0, whole);
      return toText(isBigEndian ? units.swap16() : units);
    },
    end() {
      const { length } = carried;
      const whole = carried.subarray(0, length - (length % 2));
      const text = toText(isBigEndian ? whole.swap16() : whole);
      return length % 2 === 0 ? text : Buffer.concat([text, Buffer.of(0xff)]);
    },
  };
}

/** Each in the three bytes that UTF-8 would have for it if it allowed it. */
function withLoneSurrogates(text: string): Buffer {
  const parts: Buffer[] = [];
  for (const part of text.split(/(\p{Surrogate})/u)) {
    const code = part.length === 1 ? part.charCodeAt(0) : 0;
    parts.push(
      code >= 0xd800 && code < 0xe000
        ? Buffer.of(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
        : Buffer.from(part),
    );
  }
  return Buffer.concat(parts);
}
