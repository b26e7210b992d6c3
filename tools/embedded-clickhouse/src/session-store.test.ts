import { type EngineConnection } from './engine-connection';
import { SessionStore } from './session-store';

function setUp(sessionsMax = 10) {
  const closed: number[] = [];
  let count = 0;
  const clock = { now: 0 };
  const connect = () => {
    count += 1;
    const id = count;
    return { id, close: () => closed.push(id) } as unknown as EngineConnection;
  };
  return { store: new SessionStore(connect, () => clock.now, sessionsMax), clock, closed };
}

test('a session keeps its connection from one statement to the next', () => {
  const { store } = setUp();
  const first = store.acquire('a', 60, false);
  store.release('a', false);
  expect(store.acquire('a', 60, true)).toBe(first);
});

test('a busy session is locked, and only it', () => {
  const { store } = setUp();
  store.acquire('a', 60, false);
  expect(() => store.acquire('a', 60, false)).toThrow(expect.objectContaining({ code: 373 }) as Error);
  expect(() => store.acquire('b', 60, false)).not.toThrow();
});

test('an idle session ends after its timeout, a busy one does not', () => {
  const { store, clock, closed } = setUp();
  store.acquire('a', 10, false);
  clock.now = 100_000;
  store.sweep();
  expect(closed).toEqual([]);
  store.release('a', false);
  clock.now += 9_999;
  store.sweep();
  expect(closed).toEqual([]);
  clock.now += 1;
  store.sweep();
  expect(closed).toEqual([1]);
  expect(() => store.acquire('a', 10, true)).toThrow(expect.objectContaining({ code: 372 }) as Error);
});

test('closing ends one session or all', () => {
  const { store, closed } = setUp();
  for (const id of ['a', 'b', 'c']) store.acquire(id, 60, false);
  store.release('b', true);
  expect(closed).toEqual([2]);
  store.close();
  expect(closed).toEqual([2, 1, 3]);
});

test('their number is bounded', () => {
  const { store } = setUp(1);
  store.acquire('a', 60, false);
  expect(() => store.acquire('b', 60, false)).toThrow(expect.objectContaining({ code: 202 }) as Error);
});
