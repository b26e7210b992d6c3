/** @param onFirst called once the first chunk has arrived */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  onFirst: () => void = () => undefined,
): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const chunk of chunks) {
    read.push(Buffer.from(chunk));
    if (read.length === 1) onFirst();
  }
  return Buffer.concat(read);
}
