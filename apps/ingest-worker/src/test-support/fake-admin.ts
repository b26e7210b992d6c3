/** admin-service's side of the internal contracts, in memory: pieces, fencing by attempt, checkpoints, results. */
import { randomUUID } from 'node:crypto';
import {
  AppError,
  beatPieceSchema,
  type Checkpoint,
  type JobError,
  type JobPlan,
  type JobResult,
  planJobSchema,
  type PlannedRange,
  type WorkJob,
  type WorkPiece,
} from '@bigdata/models';
import { type HeldPiece, type WorkControl } from '../jobs/work-control';
import { addWarnings } from '../rows/warning-counts';

export interface FakeRange extends PlannedRange {
  readonly number: number;
  attempt: number;
  state: 'free' | 'held' | 'done';
  checkpoint: Checkpoint | null;
  bytesRead: number;
}

export interface FakeJob {
  readonly work: WorkJob;
  state: 'queued' | 'running' | 'succeeded' | 'failed';
  /** Of the pieces that are no ranges. */
  attempt: number;
  held: boolean;
  /** The next plan takes back what was loaded. */
  clear: boolean;
  plan: JobPlan | null;
  sha256: string | null;
  ranges: FakeRange[];
  /** Every checkpoint in the order it arrived. */
  readonly advances: Checkpoint[];
  result: JobResult | null;
  error: JobError | null;
  undo: 'no' | 'requested' | 'done';
  seal: 'no' | 'requested' | 'done';
}

export interface FakeAdmin extends WorkControl {
  readonly mappings: Map<string, Record<string, string>>;
  createJob(work: Partial<WorkJob> & Pick<WorkJob, 'source'>): FakeJob;
  find(id: string): FakeJob;
  /** Takes the holders of all pieces for dead. */
  giveUp(id: string): void;
}

export function createFakeAdmin(now: () => Date = () => new Date()): FakeAdmin {
  const jobs = new Map<string, FakeJob>();
  const mappings = new Map<string, Record<string, string>>();
  let loadNumber = 0;

  const find = (id: string): FakeJob => {
    const job = jobs.get(id);
    if (!job) throw new AppError('not_found');
    return job;
  };
  const held = ({ jobId, range, attempt }: HeldPiece): FakeJob => {
    const job = find(jobId);
    const isHeld =
      range === null
        ? job.held && job.attempt === attempt
        : job.state === 'running' &&
          job.ranges[range]?.state === 'held' &&
          job.ranges[range].attempt === attempt;
    if (!isHeld) throw new AppError('conflict');
    return job;
  };
  const nextPiece = (job: FakeJob): WorkPiece | null => {
    const { work, plan } = job;
    const single = (): number => {
      job.held = true;
      return (job.attempt += 1);
    };
    if (job.undo === 'requested' && !job.held) return { kind: 'undo', attempt: single(), job: work };
    if (job.seal === 'requested' && !job.held) return { kind: 'seal', attempt: single(), job: work };
    if (job.state === 'succeeded' || job.state === 'failed') return null;
    job.state = 'running';
    if (plan === null)
      return job.held ? null : { kind: 'plan', attempt: single(), job: work, clear: job.clear };
    const free = job.ranges.find(({ state }) => state === 'free');
    if (free) {
      free.state = 'held';
      free.attempt += 1;
      const { start, end, line, first_batch, number, checkpoint, attempt } = free;
      const range = { start, end, line, first_batch, number, checkpoint };
      return structuredClone({ kind: 'range' as const, attempt, job: work, plan, range });
    }
    if (job.held || job.ranges.some(({ state }) => state !== 'done')) return null;
    const earlier = [...jobs.values()].filter(({ state, undo }) => state === 'succeeded' && undo === 'no');
    return {
      kind: 'finish',
      attempt: single(),
      job: work,
      plan,
      totals: totalsOf(job),
      earlier_loads: earlier.map(({ work: { load_number } }) => load_number),
    };
  };

  return {
    mappings,
    createJob(given) {
      loadNumber += 1;
      const job: FakeJob = {
        work: {
          id: randomUUID(),
          load_number: loadNumber,
          dataset: 'default',
          country: null,
          mapping: {},
          hints: {},
          force: false,
          max_reject_ratio: null,
          key_policy: null,
          sha256: null,
          started_at: now().toISOString(),
          ...given,
        },
        state: 'queued',
        attempt: 0,
        held: false,
        clear: false,
        plan: null,
        sha256: null,
        ranges: [],
        advances: [],
        result: null,
        error: null,
        undo: 'no',
        seal: 'no',
      };
      jobs.set(job.work.id, job);
      return job;
    },
    find,
    giveUp(id) {
      const job = find(id);
      job.held = false;
      for (const range of job.ranges) if (range.state === 'held') range.state = 'free';
    },
    claim: async (id) => Promise.resolve(nextPiece(find(id))),
    beat: async (piece) => {
      beatPieceSchema.parse({ kind: piece.kind, range: piece.range, attempt: piece.attempt });
      held(piece);
      return Promise.resolve();
    },
    release: async (piece) => {
      const job = held(piece);
      if (piece.range === null) job.held = false;
      else rangeOf(job, piece.range).state = 'free';
      return Promise.resolve();
    },
    plan: async (piece, { plan, sha256, ranges }) => {
      planJobSchema.parse({ attempt: piece.attempt, plan, sha256, ranges });
      const job = held(piece);
      Object.assign(job, { plan, sha256, held: false });
      job.ranges = ranges.map((range, number) => ({
        ...range,
        number,
        attempt: 0,
        state: 'free',
        checkpoint: null,
        bytesRead: 0,
      }));
      return Promise.resolve(true);
    },
    advance: async (piece, { checkpoint, bytesRead, done }) => {
      const job = held(piece);
      const range = rangeOf(job, piece.range ?? -1);
      Object.assign(range, { checkpoint: structuredClone(checkpoint), bytesRead });
      if (done) range.state = 'done';
      job.advances.push(structuredClone(checkpoint));
      return Promise.resolve();
    },
    finish: async (piece, recordsNew) => {
      const job = held(piece);
      const totals = totalsOf(job);
      Object.assign(job, { state: 'succeeded', held: false });
      job.result = { ...totals, records_new: recordsNew, records_merged: totals.rows_loaded - recordsNew };
      return Promise.resolve();
    },
    fail: async (piece, error) => {
      Object.assign(held(piece), { state: 'failed', held: false, error });
      return Promise.resolve();
    },
    settle: async (piece) => {
      const job = held(piece);
      job.held = false;
      if (piece.kind === 'undo') job.undo = 'done';
      else job.seal = 'done';
      return Promise.resolve();
    },
    recallMapping: (fingerprint) => Promise.resolve(mappings.get(fingerprint) ?? null),
  };
}

function rangeOf(job: FakeJob, number: number): FakeRange {
  const range = job.ranges[number];
  if (!range) throw new AppError('not_found');
  return range;
}

function totalsOf({ ranges }: FakeJob) {
  let totals = { rows_read: 0, rows_loaded: 0, rows_rejected: 0, warnings: {} };
  for (const { checkpoint } of ranges) {
    if (checkpoint === null) continue;
    totals = {
      rows_read: totals.rows_read + checkpoint.rows_read,
      rows_loaded: totals.rows_loaded + checkpoint.rows_loaded,
      rows_rejected: totals.rows_rejected + checkpoint.rows_rejected,
      warnings: addWarnings(totals.warnings, checkpoint.warnings),
    };
  }
  return totals;
}
