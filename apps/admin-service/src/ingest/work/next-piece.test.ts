import { nextPiece, type WorkState } from './next-piece';

const base: WorkState = {
  state: 'running',
  planned: true,
  clear: false,
  parallelism: null,
  rangesOpen: 0,
  rangesLive: 0,
  piece: 'plan',
  pieceLive: false,
  undoDue: false,
  sealDue: false,
};
const queued: WorkState = { ...base, state: 'queued', planned: false, piece: null };
const ended: WorkState = { ...base, state: 'failed', piece: 'plan' };

test.each<[string, WorkState, ReturnType<typeof nextPiece>]>([
  ['a new job is planned', queued, 'plan'],
  [
    'a plan goes to whoever comes last',
    { ...queued, state: 'running', piece: 'plan', pieceLive: true },
    'plan',
  ],
  ['clearing waits for those who still insert', { ...queued, clear: true, rangesLive: 1 }, null],
  ['and comes after them', { ...queued, clear: true, rangesOpen: 1 }, 'plan'],
  ['a range that nobody holds', { ...base, rangesOpen: 2, rangesLive: 1 }, 'range'],
  ['all ranges are held', { ...base, rangesOpen: 2, rangesLive: 2 }, null],
  ['as many are held as may be', { ...base, rangesOpen: 9, rangesLive: 2, parallelism: 2 }, null],
  ['a job that is run again goes on', { ...base, state: 'queued', rangesOpen: 1 }, 'range'],
  ['all ranges are done', base, 'finish'],
  ['somebody finishes', { ...base, piece: 'finish', pieceLive: true }, null],
  ['whoever finished has died', { ...base, piece: 'finish' }, 'finish'],
  ['an ended job', ended, null],
  ['an undo', { ...ended, undoDue: true }, 'undo'],
  ['an undo while somebody may still insert', { ...ended, undoDue: true, rangesLive: 1 }, null],
  ['an undo that somebody is at', { ...ended, undoDue: true, piece: 'undo', pieceLive: true }, null],
  ['an undo before a seal', { ...ended, undoDue: true, sealDue: true }, 'undo'],
  ['a seal', { ...ended, sealDue: true }, 'seal'],
  ['a seal that somebody is at', { ...ended, sealDue: true, piece: 'seal', pieceLive: true }, null],
])('%s', (_case, work, expected) => {
  expect(nextPiece(work)).toBe(expected);
});
