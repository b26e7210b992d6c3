/** Piece `plan`: how a job's source is read, and into which ranges it is cut. */
import { createHash } from 'node:crypto';
import { type PlannedRange, type WorkJob } from '@bigdata/models';
import { type ReadPlan } from '../formats/rows';
import { type Source } from '../source/source';
import { cutRanges } from './cut-ranges';
import { describeFile } from './describe-file';
import { type LoadLimits } from './run-pieces';
import { type JobPlanning } from './work-control';

export interface PlanJobOptions {
  readonly job: WorkJob;
  /** Differs for each plan of a job: what an earlier plan had inserted may have been taken back. */
  readonly epoch: string;
  readonly source: Source;
  readonly limits: LoadLimits;
  readonly recall: (fingerprint: string) => Promise<Readonly<Record<string, string>> | null>;
  readonly signal: AbortSignal;
}

/** @throws JobFailure for a source that cannot be loaded */
export async function planJob(options: PlanJobOptions): Promise<JobPlanning & { readonly read: ReadPlan }> {
  const { job, source, limits, signal } = options;
  const { read, columns, fingerprint } = await describeFile({
    source,
    hints: job.hints,
    mapping: job.mapping,
    country: job.country,
    limits,
    decode: limits.decode,
    recall: options.recall,
    mayMapNothing: false,
  });
  const sha256 = job.sha256 ?? (source.path === null ? null : await sha256Of(source, signal));
  const ranges: readonly PlannedRange[] = await cutRanges({ source, plan: read, limits, signal });
  await source.assertUnchanged();
  return {
    read,
    sha256,
    ranges,
    plan: {
      format: read.format.kind,
      source_version: source.version,
      bytes_total: source.bytesTotal,
      // Every holder cuts alike, whatever its own setting: batches have numbers of their own in the whole load.
      read: { read, epoch: options.epoch, batchBytes: limits.batchBytes },
      columns: columns.map(({ name, field }) => ({ name, field })),
      fingerprint,
    },
  };
}

async function sha256Of(source: Source, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.read(0)) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
