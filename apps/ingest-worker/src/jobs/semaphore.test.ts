import { createSemaphore, shareOf } from './semaphore';

const never = new AbortController().signal;

test('so many are let in at once, the others in the order they came, and who gives up is passed over', async () => {
  const semaphore = createSemaphore(1);
  await semaphore.acquire(never);
  const entered: string[] = [];
  const impatient = new AbortController();
  const waiting = [
    semaphore.acquire(never).then(() => entered.push('first')),
    semaphore.acquire(impatient.signal).then(() => entered.push('impatient')),
    semaphore.acquire(never).then(() => entered.push('second')),
  ];
  impatient.abort(new Error('gave up'));
  await expect(waiting[1]).rejects.toThrow('gave up');
  semaphore.release();
  await waiting[0];
  expect(entered).toEqual(['first']);
  semaphore.release();
  await waiting[2];
  expect(entered).toEqual(['first', 'second']);
});

test('a share gives back what it still holds when it is closed, and nothing of the others', async () => {
  const semaphore = createSemaphore(3);
  const [mine, other] = [shareOf(semaphore), shareOf(semaphore)];
  await mine.acquire(never);
  await mine.acquire(never);
  await other.acquire(never);
  const waiting = semaphore.acquire(never);
  mine.close();
  mine.release();
  await waiting;
  // Of three places one is held by the other share, one by who waited: one is left.
  await semaphore.acquire(never);
  let entered = false;
  const last = semaphore.acquire(never).then(() => (entered = true));
  await new Promise(setImmediate);
  expect(entered).toBe(false);
  other.close();
  await last;
});
