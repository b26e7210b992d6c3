/** How a source is to be read: what it is packed in, its encoding, its format. Made once per job and kept with it. */
import { isAscii } from 'node:buffer';
import { type ByteSource, readHead } from '../decode/byte-source';
import { detectCompression, refuseOtherContent } from '../decode/content-kinds';
import { type DecodeLimits } from '../decode/decompress';
import { detectEncoding, detectLateEncoding } from '../decode/detect-encoding';
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

/** Where the records begin behind that, as after a long preamble, this much is looked at. */
const LONG_HEAD_BYTES = 16_777_216;

type PlanLimits = ReadLimits & DecodeLimits;

/** @throws JobFailure what the source, decoding and `detectPlan` throw */
export async function planSource(
  source: ByteSource,
  name: string,
  limits: PlanLimits,
  hints: FormatHints = {},
): Promise<ReadPlan> {
  const { head: packed } = await readHead(source.read(0), HEAD_BYTES);
  const compression = detectCompression(packed, name);
  refuseOtherContent(packed, 'none');
  const member = compression === 'zip' ? await findZipMember(source, hints.member ?? null) : null;
  const options = { source, packing: { compression, member }, name, limits, hints };
  const { plan, complete } = await planFromHead(options, HEAD_BYTES).catch((error: unknown) => {
    if (!(error instanceof JobFailure) || error.code !== 'records_not_found') throw error;
    return planFromHead(options, LONG_HEAD_BYTES);
  });
  return complete || plan.columns.length > 0 || plan.format.kind === 'csv'
    ? plan
    : { ...plan, columns: await readColumns(source, plan, limits) };
}

interface HeadOptions {
  readonly source: ByteSource;
  readonly packing: Pick<ReadPlan, 'compression' | 'member'>;
  readonly name: string;
  readonly limits: PlanLimits;
  readonly hints: FormatHints;
}

async function planFromHead(
  { source, packing, name, limits, hints }: HeadOptions,
  headBytes: number,
): Promise<{ readonly plan: ReadPlan; readonly complete: boolean }> {
  const { head, complete } = await readHead(readUnpacked(source, packing, limits), headBytes);
  refuseOtherContent(head, packing.compression);
  const encoding = detectEncoding(head, complete);
  const transcoder = createTranscoder(encoding);
  const parts = [transcoder.push(head)];
  if (complete) parts.push(transcoder.end());
  const text = Buffer.concat(parts);
  const plan = {
    ...packing,
    encoding,
    ...detectPlan({ text, complete, name: packing.member ?? name }, limits, hints),
  };
  // JSON and XML tell their encoding; a table that begins with ASCII alone may be in either of two.
  if (plan.format.kind !== 'csv' || complete || !isAscii(head)) return { plan, complete };
  const late = await detectLateEncoding(readUnpacked(source, packing, limits));
  return { plan: { ...plan, encoding: late }, complete };
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
