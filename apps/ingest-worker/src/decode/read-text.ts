/** The text of a source: unpacked, as UTF-8, from any position on. */
import { type ReadPlan } from '../formats/rows';
import { type ByteSource } from './byte-source';
import { decompress, type DecodeLimits } from './decompress';
import { transcode } from './transcode';
import { readZipMember } from './zip';

export type TextPlan = Pick<ReadPlan, 'compression' | 'member' | 'encoding'>;

/**
 * A plain UTF-8 file is read from `position` itself. What is packed or in another encoding has no way in but its start:
 * it is decoded from there and let go up to `position`, in constant memory.
 * @returns chunks that are valid until the next one is asked for
 * @throws JobFailure what the source, decompression and zip throw
 */
export async function* readText(
  source: ByteSource,
  plan: TextPlan,
  limits: DecodeLimits,
  position = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (plan.compression === 'none' && plan.encoding === 'utf-8') {
    yield* source.read(position);
    return;
  }
  let left = position;
  for await (const chunk of transcode(readUnpacked(source, plan, limits), plan.encoding)) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left === 0 ? chunk : chunk.subarray(left);
      left = 0;
    }
  }
}

/** Bytes as they were before they were packed. */
export function readUnpacked(
  source: ByteSource,
  plan: Pick<TextPlan, 'compression' | 'member'>,
  limits: DecodeLimits,
): AsyncIterable<Uint8Array> {
  const { compression, member } = plan;
  if (compression === 'none') return source.read(0);
  if (compression === 'zip') return readZipMember(source, member ?? '', limits);
  return decompress(source.read(0), compression, limits);
}
