/**
 * Who may run now and who has to wait. A line is what one user asks of one kind: it is served in the order of arrival
 * and within its own bound, and the lines take turns, so that a long one delays nobody but itself. Heavier kinds may
 * take only a part of the places: what they leave is always there for lighter ones. Pure: no clock, no promises.
 */

export interface FairGateOptions {
  /**
   * Places by weight, not increasing: at most `places[w]` of what has the weight `w` or a heavier one run at once, so
   * `places[0]` is the bound of all.
   */
  readonly places: readonly [number, ...number[]];
  /** As many may wait at most. */
  readonly queueMax: number;
}

export interface Entrant {
  readonly line: string;
  /** Of its line; a line may run this many at once. */
  readonly lineMax: number;
  /** Index into `places`. */
  readonly weight: number;
  /** Called once at most, also from within `enter`: it has a place until it leaves. */
  readonly start: () => void;
  /** Called at most once, and never after `start`: the queue is full and its line is the longest. */
  readonly refuse: () => void;
}

/** Gives the place back, or leaves the queue; again, it does nothing. */
export type Leave = () => void;

export interface FairGate {
  enter(entrant: Entrant): Leave;
  running(weight: number): number;
  waiting(weight: number): number;
}

interface Ticket extends Entrant {
  state: 'waiting' | 'running' | 'gone';
}

interface Line {
  running: number;
  readonly waiting: Ticket[];
}

export function createFairGate({ places, queueMax }: FairGateOptions): FairGate {
  /** In the order of their turns. A line is here as long as it runs or waits. */
  const lines = new Map<string, Line>();
  const running = places.map(() => 0);
  const waiting = places.map(() => 0);

  const count = (counts: number[], weight: number, by: number): void => {
    counts[weight] = (counts[weight] ?? 0) + by;
  };
  const hasPlace = (weight: number): boolean =>
    places.every((max, level) => level > weight || sum(running.slice(level)) < max);

  const dequeue = (ticket: Ticket, line: Line): void => {
    line.waiting.splice(line.waiting.indexOf(ticket), 1);
    count(waiting, ticket.weight, -1);
  };
  const forgetIdle = (name: string, line: Line): void => {
    if (line.running === 0 && line.waiting.length === 0) lines.delete(name);
  };

  /** Of the first line in turn whose first may start; that line is the last in turn then. */
  const takeNext = (): Ticket | undefined => {
    for (const [name, line] of lines) {
      const [first] = line.waiting;
      if (first === undefined || line.running >= first.lineMax || !hasPlace(first.weight)) continue;
      dequeue(first, line);
      first.state = 'running';
      line.running += 1;
      count(running, first.weight, 1);
      lines.delete(name);
      lines.set(name, line);
      return first;
    }
    return undefined;
  };
  const startAll = (): void => {
    for (let next = takeNext(); next !== undefined; next = takeNext()) next.start();
  };

  /** The last of the longest line makes room, so that a flood of one user takes the queue from nobody else. */
  const refuseOne = (newest: Line): void => {
    let longest = newest;
    for (const line of lines.values()) if (line.waiting.length > longest.waiting.length) longest = line;
    const last = longest.waiting.at(-1);
    if (last === undefined) return;
    dequeue(last, longest);
    forgetIdle(last.line, longest);
    last.state = 'gone';
    last.refuse();
  };

  return {
    enter(entrant) {
      const ticket: Ticket = { ...entrant, state: 'waiting' };
      const line = lines.get(ticket.line) ?? { running: 0, waiting: [] };
      lines.set(ticket.line, line);
      line.waiting.push(ticket);
      count(waiting, ticket.weight, 1);
      startAll();
      if (sum(waiting) > queueMax) refuseOne(line);
      return () => {
        if (ticket.state === 'gone') return;
        if (ticket.state === 'waiting') {
          dequeue(ticket, line);
        } else {
          line.running -= 1;
          count(running, ticket.weight, -1);
        }
        ticket.state = 'gone';
        forgetIdle(ticket.line, line);
        startAll();
      };
    },
    running: (weight) => running[weight] ?? 0,
    waiting: (weight) => waiting[weight] ?? 0,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
