/**
 * A statement that fails after its headers have left ends its result with a block that carries the text of the
 * exception: `\r\n__exception__\r\n<tag>\r\n<text>\r\n<length> <tag>\r\n__exception__\r\n`, the tag being that of the
 * header X-ClickHouse-Exception-Tag. The text names tables and settings, so it must not be handed on: as much as such
 * a block can hold is held back until more comes or the result has ended well.
 */
import { classifyErrorText, type OpenedResult } from '@bigdata/clickhouse';

/** ClickHouse cuts the text at 16 KiB; the rest is the frame. */
const BLOCK_BYTES_MAX = 16_384 + 256;

/** @throws AppError for an exception of ClickHouse; what the body throws, otherwise */
export async function* holdBackException({
  body,
  exceptionTag,
}: Pick<OpenedResult, 'body' | 'exceptionTag'>): AsyncGenerator<Buffer, void> {
  const held: Buffer[] = [];
  let heldBytes = 0;
  const refuseException = (): void => {
    const text = exceptionTag === null ? null : exceptionIn(Buffer.concat(held), exceptionTag);
    if (text !== null) throw classifyErrorText(text);
  };
  try {
    for await (const piece of body) {
      held.push(piece);
      heldBytes += piece.length;
      for (let [first] = held; first && heldBytes - first.length >= BLOCK_BYTES_MAX; [first] = held) {
        held.shift();
        heldBytes -= first.length;
        yield first;
      }
    }
  } catch (error) {
    // The connection is cut behind the block, which tells why.
    refuseException();
    throw error;
  }
  refuseException();
  yield* held;
}

function exceptionIn(tail: Buffer, tag: string): string | null {
  const begin = `__exception__\r\n${tag}\r\n`;
  const at = tail.lastIndexOf(begin);
  return at === -1 ? null : tail.subarray(at + begin.length).toString('utf8');
}
