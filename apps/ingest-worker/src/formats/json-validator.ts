/**
 * What stands around the records of a JSON document, checked strictly by RFC 8259 as it streams past: nothing of it is
 * kept, a string may be of any length.
 */
export interface JsonValidator {
  /** @returns position of the first byte that may not stand there, or -1 */
  check(bytes: Uint8Array, from: number, to: number): number;
  /** Whether the document may end here. */
  isComplete(): boolean;
}

const VALUE = 0;
const VALUE_OR_CLOSE = 1;
const KEY_OR_CLOSE = 2;
const KEY = 3;
const COLON = 4;
const AFTER_VALUE = 5;
const STRING = 6;
const ESCAPE = 7;
const HEX = 8;
const LITERAL = 9;
const NUMBER = 10;
const DONE = 11;

const NUMBER_SO_FAR = /^-?(?:0|[1-9]\d*)?(?:(?<=\d)\.\d*)?(?:(?<=\d)[eE][+-]?\d*)?$/;
const NUMBER_WHOLE = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A longer number is none. */
const NUMBER_CHARS_MAX = 1_000;

const DEPTH_MAX = 1_000;
const isSpace = (char: string): boolean => char === ' ' || char === '\n' || char === '\r' || char === '\t';

/** @param openObjects objects that are open already, each in the one before it, behind one of its values */
export function createJsonValidator(openObjects: number | null = null): JsonValidator {
  const closers: string[] = Array<string>(openObjects ?? 0).fill('}');
  let state = openObjects === null ? VALUE : openObjects === 0 ? DONE : AFTER_VALUE;
  let isKey = false;
  let token = '';
  let left = 0;

  const afterValue = (): void => {
    state = closers.length === 0 ? DONE : AFTER_VALUE;
  };
  const open = (closer: string): boolean => {
    closers.push(closer);
    state = closer === '}' ? KEY_OR_CLOSE : VALUE_OR_CLOSE;
    return closers.length <= DEPTH_MAX;
  };
  const close = (char: string): boolean => {
    const isRight = closers.pop() === char;
    afterValue();
    return isRight;
  };
  const openString = (asKey: boolean): boolean => {
    state = STRING;
    isKey = asKey;
    return true;
  };
  const openValue = (char: string): boolean => {
    if (char === '{') return open('}');
    if (char === '[') return open(']');
    if (char === '"') return openString(false);
    const literal = ['true', 'false', 'null'].find((text) => text.startsWith(char));
    token = literal === undefined ? char : literal.slice(1);
    state = literal === undefined ? NUMBER : LITERAL;
    return literal !== undefined || NUMBER_SO_FAR.test(char);
  };

  const take = (byte: number): boolean => {
    const char = String.fromCharCode(byte);
    switch (state) {
      case STRING:
        if (char === '"') {
          if (isKey) state = COLON;
          else afterValue();
        } else if (char === '\\') state = ESCAPE;
        return byte >= 0x20;
      case ESCAPE:
        state = char === 'u' ? HEX : STRING;
        left = 4;
        return '"\\/bfnrtu'.includes(char);
      case HEX:
        left -= 1;
        if (left === 0) state = STRING;
        return /[\da-fA-F]/.test(char);
      case LITERAL:
        if (!token.startsWith(char)) return false;
        token = token.slice(1);
        if (token === '') afterValue();
        return true;
      case NUMBER:
        if (NUMBER_SO_FAR.test(token + char)) {
          token += char;
          return token.length <= NUMBER_CHARS_MAX;
        }
        if (!NUMBER_WHOLE.test(token)) return false;
        afterValue();
        return take(byte);
      default:
    }
    if (isSpace(char)) return true;
    switch (state) {
      case VALUE:
        return openValue(char);
      case VALUE_OR_CLOSE:
        return char === ']' ? close(char) : openValue(char);
      case KEY_OR_CLOSE:
        return char === '}' ? close(char) : char === '"' && openString(true);
      case KEY:
        return char === '"' && openString(true);
      case COLON:
        state = VALUE;
        return char === ':';
      case AFTER_VALUE:
        if (char !== ',') return close(char);
        state = closers.at(-1) === '}' ? KEY : VALUE;
        return true;
      default:
        return false;
    }
  };

  return {
    check(bytes, from, to) {
      for (let p = from; p < to; p += 1) {
        if (state === STRING) {
          // Most of what is skipped lies in strings.
          while (p < to && (bytes[p] ?? 0) >= 0x20 && bytes[p] !== 0x22 && bytes[p] !== 0x5c) p += 1;
          if (p >= to) return -1;
        }
        if (!take(bytes[p] ?? 0)) return p;
      }
      return -1;
    },
    isComplete: () =>
      state === DONE || (state === NUMBER && closers.length === 0 && NUMBER_WHOLE.test(token)),
  };
}
