/** What decoding needs of a source: bytes from any place on. */
export interface ByteSource {
  /** Null when the source cannot tell, and then it cannot be read from any other place than its start either. */
  readonly bytesTotal: number | null;
  /** Bytes from `offset` to the end. A chunk is valid until the next one is asked for. */
  read(offset: number): AsyncIterable<Uint8Array>;
}

/** The first bytes of a stream, in memory of their own. */
export async function readHead(
  bytes: AsyncIterable<Uint8Array>,
  headBytes: number,
): Promise<{ readonly head: Buffer; readonly complete: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    // One byte more tells whether that was all.
    if (length > headBytes) break;
  }
  return { head: Buffer.concat(chunks).subarray(0, headBytes), complete: length <= headBytes };
}
