import { type EngineConnection } from './engine-connection';
import { EnginePool } from './engine-pool';

const never = new AbortController().signal;

function setUp(slots: number, queueMax: number) {
  const open = new Set<number>();
  let count = 0;
  const connect = () => {
    count += 1;
    const id = count;
    open.add(id);
    return { close: () => open.delete(id) } as unknown as EngineConnection;
  };
  const pipes = Array.from({ length: slots }, (_, index) => ({
    output: `out-${index}`,
    input: `in-${index}`,
  }));
  return { pool: new EnginePool(connect, pipes, queueMax), open };
}

test('who finds no slot waits, first come first served', async () => {
  const { pool } = setUp(1, 10);
  const slot = await pool.acquire(never);
  const order: string[] = [];
  const waiting = ['a', 'b'].map(async (name) => {
    const got = await pool.acquire(never);
    order.push(name);
    pool.release(got, true);
  });
  expect(order).toEqual([]);
  pool.release(slot, true);
  await Promise.all(waiting);
  expect(order).toEqual(['a', 'b']);
});

test('the queue is bounded', async () => {
  const { pool } = setUp(1, 1);
  await pool.acquire(never);
  void pool.acquire(never);
  await expect(pool.acquire(never)).rejects.toMatchObject({ code: 202 });
});

test('who goes away leaves the queue', async () => {
  const { pool } = setUp(1, 1);
  const slot = await pool.acquire(never);
  const gone = new AbortController();
  const waiting = pool.acquire(gone.signal);
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ code: 394 });
  pool.release(slot, true);
  await expect(pool.acquire(never)).resolves.toBe(slot);
});

test('a connection that was changed is replaced, a clean one is not', async () => {
  const { pool, open } = setUp(1, 1);
  const slot = await pool.acquire(never);
  const first = pool.connection(slot);
  pool.release(slot, true);
  expect(pool.connection(slot)).toBe(first);
  pool.release(await pool.acquire(never), false);
  expect(pool.connection(slot)).not.toBe(first);
  expect(open.size).toBe(1);
});

test('closed, it refuses who waits and who comes, and closes every connection', async () => {
  const { pool, open } = setUp(2, 2);
  await pool.acquire(never);
  await pool.acquire(never);
  const waiting = pool.acquire(never);
  pool.close();
  await expect(waiting).rejects.toMatchObject({ code: 236 });
  await expect(pool.acquire(never)).rejects.toMatchObject({ code: 236 });
  expect(open.size).toBe(0);
});
