/** How a source is to be read: what it is packed in, its encoding, its format. Made once per job and kept with it. */
import { type ByteSource, readHead } from '../decode/byte-source';
import { detectCompression, refuseOtherContent } from '../decode/content-kinds';
import { type DecodeLimits } from '../decode/decompress';
import { detectEncoding } from '../decode/detect-encoding';
import { readUnpacked } from '../decode/read-text';
import { createTranscoder } from '../decode/transcode';
import { findZipMember } from '../decode/zip';
import { detectPlan } from './detect-plan';
import { type FormatHints } from './hints';
import { type ReadLimits, type ReadPlan } from './rows';

/** Everything is told from this much of the unpacked file, so that every try comes to the same plan. */
export const HEAD_BYTES = 262_144;

/** @throws JobFailure what the source, decoding and `detectPlan` throw */
export async function planSource(
  source: ByteSource,
  name: string,
  limits: ReadLimits & DecodeLimits,
  hints: FormatHints = {},
): Promise<ReadPlan> {
  const { head: packed } = await readHead(source.read(0), HEAD_BYTES);
  const compression = detectCompression(packed, name);
  refuseOtherContent(packed, 'none');
  const member = compression === 'zip' ? await findZipMember(source, hints.member ?? null) : null;
  const { head, complete } = await readHead(
    readUnpacked(source, { compression, member }, limits),
    HEAD_BYTES,
  );
  refuseOtherContent(head, compression);
  const encoding = detectEncoding(head, complete);
  const transcoder = createTranscoder(encoding);
  const parts = [transcoder.push(head)];
  if (complete) parts.push(transcoder.end());
  const text = Buffer.concat(parts);
  return {
    compression,
    member,
    encoding,
    ...detectPlan({ text, complete, name: member ?? name }, limits, hints),
  };
}
