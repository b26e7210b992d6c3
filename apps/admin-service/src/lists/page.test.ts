import { z } from 'zod';
import { readPage } from './page';

const rows = [5, 4, 3, 2, 1];
const source = {
  list: 'numbers',
  key: z.strictObject({ id: z.int() }),
  read: (after: { id: number } | null, count: number) =>
    Promise.resolve(rows.filter((id) => !after || id < after.id).slice(0, count)),
  keyOf: (id: number) => ({ id }),
  toItem: (id: number) => `#${id}`,
};

test('pages follow each other without gap or repetition, and the last one says so', async () => {
  const first = await readPage({ limit: 2 }, source);
  expect(first).toMatchObject({ data: ['#5', '#4'], page: { limit: 2, has_more: true } });
  const second = await readPage({ limit: 2, cursor: first.page.next_cursor! }, source);
  expect(second.data).toEqual(['#3', '#2']);
  const third = await readPage({ limit: 2, cursor: second.page.next_cursor! }, source);
  expect(third).toEqual({ data: ['#1'], page: { limit: 2, has_more: false, next_cursor: null } });
});

test('a page that ends exactly at the last item has no next one', async () => {
  expect((await readPage({ limit: 5 }, source)).page).toEqual({
    limit: 5,
    has_more: false,
    next_cursor: null,
  });
});

test('a cursor of another list, or one made up, is refused', async () => {
  const { page } = await readPage({ limit: 2 }, source);
  const refused = expect.objectContaining({ code: 'invalid_cursor' }) as Error;
  await expect(
    readPage({ limit: 2, cursor: page.next_cursor! }, { ...source, list: 'others' }),
  ).rejects.toEqual(refused);
  for (const cursor of ['', 'null', 'e30', Buffer.from('["numbers",{"id":"5"}]').toString('base64url')]) {
    await expect(readPage({ limit: 2, cursor }, source)).rejects.toEqual(refused);
  }
});
