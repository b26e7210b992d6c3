import { createLifecycle } from './lifecycle';
import { type Logger } from './log/logger';

const quiet: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => quiet,
};

const create = (deadlineMs = 1_000) => createLifecycle({ logger: quiet, deadlineMs, exit: () => undefined });

describe('createLifecycle', () => {
  it('drains first, then closes in reverse order', async () => {
    const life = create();
    const order: string[] = [];
    life.use('store', 1, () => void order.push('store'));
    life.use('server', 2, async () => {
      await Promise.resolve();
      order.push('server');
    });
    life.onDrain(() => order.push('drain'));
    await life.stop('test');
    expect(order).toEqual(['drain', 'server', 'store']);
  });

  it('closes the rest when one does not close', async () => {
    const life = create();
    let closed = false;
    life.use('first', 1, () => {
      closed = true;
    });
    life.use('second', 2, () => Promise.reject(new Error('stuck')));
    await life.stop('test');
    expect(closed).toBe(true);
  });

  it('gives up at the deadline', async () => {
    const life = create(10);
    life.use('never', 1, () => new Promise<void>(() => undefined));
    await expect(life.stop('test')).resolves.toBeUndefined();
  });

  it('stops once, however often it is asked', async () => {
    const life = create();
    let count = 0;
    life.use('one', 1, () => {
      count += 1;
    });
    await Promise.all([life.stop('a'), life.stop('b')]);
    expect(count).toBe(1);
  });
});
