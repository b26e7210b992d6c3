/** What the main thread and the worker threads say to each other. Plain data: it crosses by structured clone. */
import { type JobWarnings, type KeyPolicy } from '@bigdata/models';
import { type ErasedIdentifiers } from '../erasures/erased-list';
import { type ReadLimits, type ReadPlan } from '../formats/rows';
import { type Column } from '../mapping/map-columns';
import { type RejectCode } from '../batches/rejects';

/** How the segments of a job become batches. A thread is told once per job. */
export interface BatchContext {
  readonly plan: ReadPlan;
  readonly limits: ReadLimits;
  readonly columns: readonly Pick<Column, 'name' | 'field'>[];
  readonly dataset: string;
  readonly jobId: string;
  readonly loadNumber: number;
  readonly startedMs: number;
  readonly country: string | null;
  readonly keyPolicy: KeyPolicy | null;
  readonly erased: ErasedIdentifiers | null;
}

export interface BatchTask {
  readonly id: number;
  readonly contextId: number;
  /** With the first task of a context in this thread. */
  readonly context: BatchContext | null;
  readonly batch: number;
  /** Transferred. */
  readonly segment: Uint8Array;
}

export interface BatchReject {
  /** From the start of the segment, the first line being 0. */
  readonly line: number;
  readonly offset: number;
  readonly column: string | null;
  readonly code: RejectCode;
  readonly raw: string;
}

export interface EncodedSegment {
  readonly rowsLoaded: number;
  /** Native block, one piece of memory; null when no row is loaded. Transferred. */
  readonly block: Uint8Array | null;
  readonly rejects: readonly BatchReject[];
  readonly warnings: JobWarnings;
  /** Line ends in the segment. */
  readonly lines: number;
}

export type ThreadRequest =
  | { readonly kind: 'task'; readonly task: BatchTask }
  | { readonly kind: 'forget'; readonly contextId: number };

export type ThreadAnswer =
  | { readonly id: number; readonly result: EncodedSegment }
  /** A bug: rows never fail. The text is ours and holds nothing of the rows. */
  | { readonly id: number; readonly failure: string };
