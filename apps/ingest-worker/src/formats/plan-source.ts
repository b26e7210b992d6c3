/** How a source is to be read: what it is packed in, its encoding, its format. Made once per job and kept with it. */
import { type ByteSource, readHead } from '../decode/byte-source';
import { detectCompression, refuseOtherContent } from '../decode/content-kinds';
import { type DecodeLimits } from '../decode/decompress';
import { detectEncoding } from '../decode/detect-encoding';
import { readText, readUnpacked } from '../decode/read-text';
import { createTranscoder } from '../decode/transcode';
import { findZipMember } from '../decode/zip';
import { JobFailure } from '../jobs/job-failure';
import { detectPlan } from './detect-plan';
import { createColumnDiscovery } from './discover-columns';
import { type FormatHints } from './hints';
import { type ReadLimits, type ReadPlan } from './rows';

/** The format is told from this much of the unpacked file, so that every try comes to the same plan. */
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
  const decoded = { compression, member, encoding };
  const plan = { ...decoded, ...detectPlan({ text, complete, name: member ?? name }, limits, hints) };
  return complete || plan.columns.length > 0 || plan.format.kind === 'csv'
    ? plan
    : { ...plan, columns: await readColumns(source, plan, limits) };
}

/** Where the head holds no whole record, the first ones are looked for behind it. */
async function readColumns(
  source: ByteSource,
  plan: ReadPlan,
  limits: ReadLimits & DecodeLimits,
): Promise<string[]> {
  const discovery = createColumnDiscovery(plan, limits);
  for await (const chunk of readText(source, plan, limits, plan.start)) {
    discovery.push(chunk);
    if (discovery.isDone()) return discovery.names();
  }
  discovery.end();
  if (discovery.records() > 0) return discovery.names();
  throw new JobFailure('records_not_found', 'No record was found in the file. Say where the records are.');
}
