import { AppError } from '@bigdata/models';
import { createHealth } from './health';

describe('createHealth', () => {
  it('is ready when every dependency answers', async () => {
    const health = createHealth({ redis: () => Promise.resolve(), store: () => Promise.resolve() });
    expect(await health.readiness()).toEqual({ ready: true, checks: { redis: 'ok', store: 'ok' } });
  });

  it('says which dependency is away, and nothing internal about it', async () => {
    const health = createHealth({
      redis: () => Promise.resolve(),
      store: () => Promise.reject(new AppError('unavailable', { context: { host: 'db' } })),
      other: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1')),
    });
    expect(await health.readiness()).toEqual({
      ready: false,
      checks: { redis: 'ok', store: 'unavailable', other: 'failed' },
    });
  });

  it('does not wait for a dependency that hangs', async () => {
    const health = createHealth({ slow: () => new Promise<void>(() => undefined) }, 5);
    expect((await health.readiness()).checks).toEqual({ slow: 'no answer in time' });
  });

  it('is not ready while stopping', async () => {
    const health = createHealth({});
    health.drain();
    expect((await health.readiness()).ready).toBe(false);
  });
});
