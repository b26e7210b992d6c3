/** What admins and workers say about jobs, in one short call each. */
import { type Checkpoint, type JobPlan, type PieceOf, ROUTES, type WorkPiece } from '@bigdata/models';
import { sql } from 'kysely';
import { type Database } from '../db/schema';
import { ADMIN, GATEWAY, type RunningApp } from './running-app';

export const PLAN: JobPlan = {
  format: 'csv',
  source_version: 'v1',
  bytes_total: 1_000,
  read: { format: 'csv' },
  columns: [{ name: 'Mail', field: 'email' }],
  fingerprint: 'header-1',
};

/** A tenth of the rows is rejected; one step is 100 bytes and 10 rows. */
export const checkpoint = (steps: number): Checkpoint => ({
  batch: steps,
  byte_offset: steps * 100,
  line: steps + 1,
  rows_read: steps * 10,
  rows_loaded: steps * 9,
  rows_rejected: steps,
  warnings: { email: { invalid_email: steps } },
});

export const rangesOf = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    start: number * 1_000,
    end: number === count - 1 ? null : (number + 1) * 1_000,
    line: number * 100 + 2,
    first_batch: number * 10,
  }));

export function ingestCalls(app: RunningApp, db: Database) {
  const admin = app.as(ADMIN);
  const service = app.as(GATEWAY);
  const byId = (id: string) => ({ params: { id } });
  /** Every test its own dataset, so that none waits for another's finish. */
  let datasets = 0;

  const calls = {
    createJob: (body: object = {}) => {
      datasets += 1;
      const dataset = `d${datasets}`;
      return admin(ROUTES.createJob, { body: { source: `inbox://${dataset}.csv`, dataset, ...body } });
    },
    newJob: async (body: object = {}): Promise<string> => (await calls.createJob(body)).body.id,
    readJob: async (id: string) => (await admin(ROUTES.readJob, byId(id))).body,
    cancel: (id: string) => admin(ROUTES.cancelJob, byId(id)),
    retry: (id: string) => admin(ROUTES.retryJob, byId(id)),
    undo: (id: string) => admin(ROUTES.undoJob, byId(id)),

    claim: async (id: string, worker_id = 'w1'): Promise<WorkPiece | null> =>
      (await service(ROUTES.claimWork, { ...byId(id), body: { worker_id } })).body.piece,
    /** @throws when the piece is of another kind */
    claimA: async <K extends WorkPiece['kind']>(
      kind: K,
      id: string,
      worker_id = 'w1',
    ): Promise<PieceOf<K>> => {
      const piece = await calls.claim(id, worker_id);
      if (piece?.kind !== kind) throw new Error(`got ${JSON.stringify(piece)} and no ${kind}`);
      return piece as PieceOf<K>;
    },
    plan: (id: string, attempt: number, ranges = 1, more: object = {}) =>
      service(ROUTES.planJob, {
        ...byId(id),
        body: { attempt, plan: PLAN, sha256: null, ranges: rangesOf(ranges), ...more },
      }),
    beat: (id: string, piece: WorkPiece, release = false) =>
      service(ROUTES.beatPiece, { ...byId(id), body: { ...nameOf(piece), release } }),
    advance: (id: string, piece: WorkPiece, steps: number, done = false) =>
      service(ROUTES.advanceRange, {
        ...byId(id),
        body: {
          range: nameOf(piece).range,
          attempt: piece.attempt,
          checkpoint: checkpoint(steps),
          bytes_read: steps * 100,
          done,
        },
      }),
    fail: (id: string, piece: WorkPiece, code = 'empty_file') =>
      service(ROUTES.failJob, { ...byId(id), body: { ...nameOf(piece), error: { code, detail: code } } }),
    finish: (id: string, attempt: number, records_new: number) =>
      service(ROUTES.finishJob, { ...byId(id), body: { attempt, records_new } }),
    settle: (id: string, kind: 'undo' | 'seal', attempt: number) =>
      service(ROUTES.settleLoad, { ...byId(id), body: { kind, attempt } }),

    /** A job with a plan, whose ranges nobody holds. */
    plannedJob: async (ranges: number, body: object = {}, more: object = {}): Promise<string> => {
      const id = await calls.newJob(body);
      const { attempt } = await calls.claimA('plan', id);
      await calls.plan(id, attempt, ranges, more);
      return id;
    },
    /** A job that has loaded all of its only range, up to the finish. */
    loadedJob: async (body: object = {}, more: object = {}): Promise<string> => {
      const id = await calls.plannedJob(1, body, more);
      await calls.advance(id, await calls.claimA('range', id), 10, true);
      return id;
    },
    succeededJob: async (body: object = {}, more: object = {}): Promise<string> => {
      const id = await calls.loadedJob(body, more);
      await calls.finish(id, (await calls.claimA('finish', id)).attempt, 80);
      return id;
    },
    failedJob: async (code = 'empty_file', body: object = {}): Promise<string> => {
      const id = await calls.plannedJob(2, body);
      const range = await calls.claimA('range', id);
      await calls.advance(id, range, 3);
      await calls.fail(id, range, code);
      return id;
    },

    /** As if every holder of a piece of the job had died long ago. */
    loseWorkers: async (id: string): Promise<void> => {
      const longAgo = sql<Date>`now() - interval '1 hour'`;
      await db
        .updateTable('ingest_ranges')
        .set({ heartbeat_at: longAgo })
        .where('job_id', '=', id)
        .where('state', '=', 'held')
        .execute();
      await db
        .updateTable('ingest_jobs')
        .set({ heartbeat_at: longAgo })
        .where('id', '=', id)
        .where('heartbeat_at', 'is not', null)
        .execute();
    },
  };
  return calls;
}

export type IngestCalls = ReturnType<typeof ingestCalls>;

function nameOf(piece: WorkPiece) {
  const { kind, attempt } = piece;
  return { kind, attempt, range: piece.kind === 'range' ? piece.range.number : null };
}
