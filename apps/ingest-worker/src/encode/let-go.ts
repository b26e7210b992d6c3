/**
 * Gives the memory of a buffer back at once. The collector looks late at what lies outside its heap: some 60 MB may wait
 * for it in each thread. Whoever calls this is the only one that has the buffer.
 */
export function letGo({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
