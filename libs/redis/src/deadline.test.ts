import { withinMs } from './deadline';

test('work that never ends has failed at its deadline, other work ends as it does', async () => {
  await expect(withinMs(new Promise(() => undefined), 10)).rejects.toThrow('no answer within 10 ms');
  await expect(withinMs(Promise.resolve('done'), 1_000)).resolves.toBe('done');
  await expect(withinMs(Promise.reject(new Error('broken')), 1_000)).rejects.toThrow('broken');
});
