import { randomBytes } from 'node:crypto';

const MARKER = '__exception__';
const FIRST_LETTER = 'a'.charCodeAt(0);
const LETTERS = 26;
const TAG_LENGTH = 16;

/** The random tag of small letters that an answer announces in X-ClickHouse-Exception-Tag. */
export function createExceptionTag(): string {
  return String.fromCharCode(...randomBytes(TAG_LENGTH).map((byte) => FIRST_LETTER + (byte % LETTERS)));
}

/**
 * What ends a body whose statement failed after the headers had left: the tag makes it impossible for data to look
 * like it. `message` ends with a line feed, which counts in the length.
 */
export function toExceptionBlock(tag: string, message: string): string {
  return `\r\n${MARKER}\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n${MARKER}\r\n`;
}
