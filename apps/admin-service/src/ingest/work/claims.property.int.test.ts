/**
 * Workers that claim, report, die, wake up and are fenced off in any order, and admins who cancel and retry between:
 * the rows against a model in memory. What must hold is written as the assertions of each step.
 */
import { testServers } from '@bigdata/testing';
import fc from 'fast-check';
import { type WorkPiece } from '@bigdata/models';
import { ingestCalls, type IngestCalls } from '../../test-support/ingest-calls';
import { runApp, type RunningApp } from '../../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database';

const RANGES = 3;
const PARALLELISM = 2;
const WORKERS = 3;
const STEPS_PER_RANGE = 2;

let database: TestDatabase;
let app: RunningApp;
let calls: IngestCalls;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
  calls = ingestCalls(app, database.db);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

type Move =
  | { readonly move: 'claim' | 'report' | 'fail' | 'release'; readonly worker: number }
  | { readonly move: 'lose' | 'cancel' | 'retry' };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ move: fc.constant('claim' as const), worker: fc.nat(WORKERS - 1) }) },
  { weight: 9, arbitrary: fc.record({ move: fc.constant('report' as const), worker: fc.nat(WORKERS - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constantFrom('fail' as const, 'release' as const),
      worker: fc.nat(WORKERS - 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ move: fc.constantFrom('lose' as const, 'cancel' as const, 'retry' as const) }),
  },
);

/** What is known without looking at the rows. */
class Model {
  /** One that is tried again is queued until somebody claims of it: who still believes to hold a range is refused. */
  state: 'queued' | 'running' | 'failed' | 'cancelled' | 'succeeded' = 'queued';
  planned = false;
  /** Steps of each range that are durable. */
  readonly steps = Array.from({ length: RANGES }, () => 0);
  /** Token of the latest claim of each piece that is not done, and whether its holder may be replaced. */
  readonly holders = new Map<string, { attempt: number; live: boolean }>();
  /** What each worker believes to hold. */
  readonly believed = new Map<number, WorkPiece>();
  tokens = new Set<number>();

  get isActive(): boolean {
    return this.state === 'queued' || this.state === 'running';
  }
  get openRanges(): number[] {
    return this.steps.flatMap((done, number) => (done < STEPS_PER_RANGE ? [number] : []));
  }
  get liveRanges(): number {
    return [...this.holders].filter(([key, { live }]) => live && key.startsWith('range')).length;
  }
  /** Null: nothing; a set: one of these. */
  expectedClaim(): Set<string> {
    if (!this.isActive) return new Set();
    if (!this.planned) return new Set(['plan']);
    if (this.openRanges.length > 0) {
      if (this.liveRanges >= PARALLELISM) return new Set();
      const free = this.openRanges.map((number) => `range ${number}`);
      return new Set(free.filter((key) => this.holders.get(key)?.live !== true).slice(0, 1));
    }
    return this.holders.get('finish')?.live === true ? new Set() : new Set(['finish']);
  }
}

const keyOf = (piece: WorkPiece): string =>
  piece.kind === 'range' ? `range ${piece.range.number}` : piece.kind;

test('whatever happens in whatever order, no piece has two writers and no durable step is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 10, maxLength: 40 }), async (moves) => {
      const id = await calls.newJob({ parallelism: PARALLELISM });
      const model = new Model();
      for (const step of moves) await play(id, model, step);
      await carryToTheEnd(id, model);
      const { state, result } = await calls.readJob(id);
      expect(state).toBe('succeeded');
      expect(result).toMatchObject({ rows_read: RANGES * STEPS_PER_RANGE * 10, records_new: 1 });
    }),
    { numRuns: 40 },
  );
}, 240_000);

async function play(id: string, model: Model, step: Move): Promise<void> {
  switch (step.move) {
    case 'claim':
      return claim(id, model, step.worker);
    case 'report':
      return report(id, model, step.worker);
    case 'fail':
    case 'release':
      return giveUp(id, model, step.worker, step.move);
    case 'lose':
      await calls.loseWorkers(id);
      for (const holder of model.holders.values()) holder.live = false;
      return;
    case 'cancel': {
      const { status } = await calls.cancel(id);
      expect(status).toBe(model.isActive ? 200 : 409);
      if (model.isActive) endAs(model, 'cancelled');
      return;
    }
    case 'retry': {
      const { status } = await calls.retry(id);
      const possible = model.state === 'failed' || model.state === 'cancelled';
      expect(status).toBe(possible ? 200 : 409);
      if (possible) model.state = 'queued';
    }
  }
}

async function claim(id: string, model: Model, worker: number): Promise<void> {
  const expected = model.expectedClaim();
  const piece = await calls.claim(id, `w${worker}`);
  expect(piece === null ? [] : [keyOf(piece)]).toEqual([...expected]);
  if (!piece) return;
  expect(model.tokens).not.toContain(piece.attempt);
  model.tokens.add(piece.attempt);
  model.state = 'running';
  if (piece.kind === 'range')
    expect(piece.range.checkpoint?.batch ?? 0).toBe(model.steps[piece.range.number]);
  model.holders.set(keyOf(piece), { attempt: piece.attempt, live: true });
  model.believed.set(worker, piece);
}

/** The next step of what the worker believes to hold: taken when it is still the latest holder, else refused. */
async function report(id: string, model: Model, worker: number): Promise<void> {
  const piece = model.believed.get(worker);
  if (!piece) return;
  const key = keyOf(piece);
  const latest = model.holders.get(key)?.attempt === piece.attempt;
  const running = model.state === 'running';
  const mine = running && latest;
  if (piece.kind === 'plan') {
    const { status } = await calls.plan(id, piece.attempt, RANGES);
    expect(status).toBe(mine ? 200 : 409);
    if (mine) model.planned = true;
    drop(model, worker, mine ? key : null);
  } else if (piece.kind === 'range') {
    const { number } = piece.range;
    const next = (model.steps[number] ?? 0) + 1;
    const done = next === STEPS_PER_RANGE;
    const { status } = await calls.advance(id, piece, next, done);
    expect(status).toBe(mine && model.planned ? 200 : 409);
    if (mine) {
      model.steps[number] = next;
      model.holders.set(key, { attempt: piece.attempt, live: true });
      if (done) drop(model, worker, key);
    } else {
      // Refused with nothing under way: whoever held it last lets go of it.
      if (!running && latest) model.holders.delete(key);
      drop(model, worker, null);
    }
  } else {
    const { status } = await calls.finish(id, piece.attempt, 1);
    expect(status).toBe(mine ? 200 : 409);
    if (mine) endAs(model, 'succeeded');
    drop(model, worker, mine ? key : null);
  }
}

async function giveUp(id: string, model: Model, worker: number, how: 'fail' | 'release'): Promise<void> {
  const piece = model.believed.get(worker);
  if (!piece) return;
  const key = keyOf(piece);
  const latest = model.holders.get(key)?.attempt === piece.attempt;
  const running = model.state === 'running';
  const answer = how === 'fail' ? await calls.fail(id, piece) : await calls.beat(id, piece, true);
  const releasesRange = how === 'release' && piece.kind === 'range';
  // A failure that was told already may be told again, by whoever says the same.
  if (how === 'fail' && model.state === 'failed') expect(answer.status).toBe(200);
  else expect(answer.status).toBe(latest && (running || releasesRange) ? 200 : 409);
  if (latest && how === 'fail' && running) endAs(model, 'failed');
  if (latest && (running || piece.kind === 'range')) model.holders.delete(key);
  model.believed.delete(worker);
}

function endAs(model: Model, state: 'failed' | 'cancelled' | 'succeeded'): void {
  model.state = state;
  for (const key of model.holders.keys()) if (!key.startsWith('range')) model.holders.delete(key);
}

function drop(model: Model, worker: number, done: string | null): void {
  model.believed.delete(worker);
  if (done !== null) model.holders.delete(done);
}

/** A worker that never fails, after all others have died. */
async function carryToTheEnd(id: string, model: Model): Promise<void> {
  if (model.state === 'failed' || model.state === 'cancelled') await play(id, model, { move: 'retry' });
  await play(id, model, { move: 'lose' });
  model.believed.clear();
  while (model.state !== 'succeeded') {
    if (!model.believed.has(0)) await claim(id, model, 0);
    await report(id, model, 0);
  }
}
