import fc from 'fast-check';
import { createFairGate, type FairGate, type Leave } from './fair-gate';

/** Enters and notes under `name` what becomes of it. */
function note(
  gate: FairGate,
  log: string[],
  name: string,
  entrant: { line: string; lineMax?: number; weight?: number },
) {
  return gate.enter({
    lineMax: 100,
    weight: 0,
    ...entrant,
    start: () => log.push(name),
    refuse: () => log.push(`${name} refused`),
  });
}

test('lines take turns, each in the order of arrival', () => {
  const gate = createFairGate({ places: [1], queueMax: 10 });
  const log: string[] = [];
  const leaves = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) =>
    note(gate, log, name, { line: name.slice(0, 1) }),
  );
  const order = ['a1', 'a2', 'b1', 'c1', 'a3', 'b2'];
  for (const name of order) leaves[['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].indexOf(name)]?.();
  expect(log).toEqual(order);
  expect(gate.running(0)).toBe(0);
});

test('a line beyond its own bound holds up no other', () => {
  const gate = createFairGate({ places: [10], queueMax: 100 });
  const log: string[] = [];
  for (let at = 0; at < 50; at += 1) note(gate, log, `a${at}`, { line: 'a', lineMax: 2 });
  note(gate, log, 'b', { line: 'b', lineMax: 2 });
  expect(log).toEqual(['a0', 'a1', 'b']);
});

test('heavier kinds leave the places of lighter ones free', () => {
  const gate = createFairGate({ places: [4, 3, 2], queueMax: 100 });
  const log: string[] = [];
  for (const name of ['s1', 's2', 's3']) note(gate, log, name, { line: name, weight: 2 });
  for (const name of ['q1', 'q2']) note(gate, log, name, { line: name, weight: 1 });
  for (const name of ['l1', 'l2']) note(gate, log, name, { line: name, weight: 0 });
  expect(log).toEqual(['s1', 's2', 'q1', 'l1']);
  expect([0, 1, 2].map((weight) => gate.waiting(weight))).toEqual([1, 1, 1]);
});

test('in a full queue the last of the longest line makes room', () => {
  const gate = createFairGate({ places: [1], queueMax: 3 });
  const log: string[] = [];
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) note(gate, log, name, { line: 'a' });
  expect(log).toEqual(['a1', 'a5 refused']);
  note(gate, log, 'b1', { line: 'b' });
  expect(log).toEqual(['a1', 'a5 refused', 'a4 refused']);
});

test('without a queue, whoever finds no place is refused', () => {
  const gate = createFairGate({ places: [1], queueMax: 0 });
  const log: string[] = [];
  const leave = note(gate, log, 'a', { line: 'a' });
  note(gate, log, 'b', { line: 'b' })();
  leave();
  note(gate, log, 'c', { line: 'c' });
  expect(log).toEqual(['a', 'b refused', 'c']);
});

test('leaving twice, or out of the queue, gives no second place back', () => {
  const gate = createFairGate({ places: [1], queueMax: 9 });
  const log: string[] = [];
  const leave = note(gate, log, 'a', { line: 'a' });
  const leaveQueue = note(gate, log, 'b', { line: 'b' });
  note(gate, log, 'c', { line: 'c' });
  note(gate, log, 'd', { line: 'd' });
  leaveQueue();
  leaveQueue();
  expect(log).toEqual(['a']);
  leave();
  leave();
  expect(log).toEqual(['a', 'c']);
});

interface Entry {
  readonly id: number;
  readonly line: string;
  readonly weight: number;
  state: 'waiting' | 'running' | 'refused' | 'left';
  leave: Leave;
}

const PLACES = [5, 4, 2] as const;
const LINE_MAX = 2;
const QUEUE_MAX = 6;

const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('enter' as const),
      user: fc.constantFrom('a', 'b', 'c', 'd'),
      weight: fc.nat(2),
    }),
    fc.record({ kind: fc.constant('leave' as const), at: fc.nat(1_000) }),
  ),
  { maxLength: 120 },
);

test('whatever comes and goes: no bound is exceeded, no place idles, nobody starves, nothing leaks', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const gate = createFairGate({ places: PLACES, queueMax: QUEUE_MAX });
      const entries: Entry[] = [];
      const of = (state: Entry['state']) => entries.filter((entry) => entry.state === state);
      const room = ({ line, weight }: Entry): boolean =>
        of('running').filter((other) => other.line === line).length < LINE_MAX &&
        PLACES.every(
          (max, level) =>
            level > weight || of('running').filter((other) => other.weight >= level).length < max,
        );
      const check = (): void => {
        for (const [level, max] of PLACES.entries()) {
          expect(of('running').filter(({ weight }) => weight >= level).length).toBeLessThanOrEqual(max);
          expect(gate.running(level)).toBe(of('running').filter(({ weight }) => weight === level).length);
          expect(gate.waiting(level)).toBe(of('waiting').filter(({ weight }) => weight === level).length);
        }
        for (const line of new Set(entries.map((entry) => entry.line))) {
          expect(of('running').filter((entry) => entry.line === line).length).toBeLessThanOrEqual(LINE_MAX);
        }
        expect(of('waiting').length).toBeLessThanOrEqual(QUEUE_MAX);
        expect(of('waiting').filter(room)).toEqual([]);
      };
      const leave = (entry: Entry): void => {
        entry.state = 'left';
        entry.leave();
        check();
      };

      for (const step of given) {
        if (step.kind === 'enter') {
          const line = `${step.user}${step.weight}`;
          const entry: Entry = {
            id: entries.length,
            line,
            weight: step.weight,
            state: 'waiting',
            leave: () => undefined,
          };
          entries.push(entry);
          entry.leave = gate.enter({
            line,
            lineMax: LINE_MAX,
            weight: step.weight,
            start: () => {
              expect(entry.state).toBe('waiting');
              expect(of('waiting').filter((other) => other.line === line && other.id < entry.id)).toEqual([]);
              entry.state = 'running';
            },
            refuse: () => {
              expect(entry.state).toBe('waiting');
              entry.state = 'refused';
            },
          });
          check();
        } else {
          const present = [...of('running'), ...of('waiting')];
          const entry = present[step.at % Math.max(1, present.length)];
          if (entry) leave(entry);
        }
      }
      // As those who run leave, all who wait come to run.
      for (let next = of('running')[0]; next; next = of('running')[0]) leave(next);
      expect(of('waiting')).toEqual([]);
      expect(PLACES.map((_, level) => gate.running(level) + gate.waiting(level))).toEqual([0, 0, 0]);
    }),
    { numRuns: 300 },
  );
});

test('a heavy one that waits gets a place however many light ones keep coming', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 20, maxLength: 60 }), (arrivals) => {
      const gate = createFairGate({ places: [2, 1], queueMax: 100 });
      const running: Leave[] = [];
      let hasStarted = false;
      const light = (line: string): void => {
        const leave = gate.enter({
          line,
          lineMax: 2,
          weight: 0,
          start: () => running.push(() => leave()),
          refuse: () => undefined,
        });
      };
      light('a');
      light('b');
      gate.enter({
        line: 'heavy',
        lineMax: 1,
        weight: 1,
        start: () => (hasStarted = true),
        refuse: () => undefined,
      });
      for (const [at, line] of arrivals.entries()) {
        light(line);
        // Each of the three other lines has at most one turn before it.
        if (at === 3) expect(hasStarted).toBe(true);
        running.shift()?.();
      }
    }),
  );
});
