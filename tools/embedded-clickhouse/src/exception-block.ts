import { randomInt } from 'node:crypto';

const MARKER = '__exception__';
const TAG_LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const TAG_LENGTH = 16;

/** The random tag that an answer announces in X-ClickHouse-Exception-Tag. */
export function createExceptionTag(): string {
  return Array.from({ length: TAG_LENGTH }, () => TAG_LETTERS[randomInt(TAG_LETTERS.length)]).join('');
}

/**
 * What ends a body whose statement failed after the headers had left: the tag makes it impossible for data to look
 * like it. `message` ends with a line feed, which counts in the length.
 */
export function toExceptionBlock(tag: string, message: string): string {
  return `\r\n${MARKER}\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n${MARKER}\r\n`;
}
