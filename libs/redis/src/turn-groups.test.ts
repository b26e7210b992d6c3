import { createTurnGroups } from './turn-groups';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('items of one turn go together by key and group, in their order, and those of the next turn by themselves', async () => {
  const sent: [string, readonly number[]][] = [];
  const groups = createTurnGroups<string, number>((group, items) => sent.push([group, items]));
  const add = (key: string, kind: string, item: number) =>
    groups.add(
      key,
      item,
      (group) => group === `${key}/${kind}`,
      () => `${key}/${kind}`,
    );
  add('a', 'x', 1);
  add('b', 'x', 2);
  add('a', 'y', 3);
  add('a', 'x', 4);
  expect(sent).toEqual([]);
  await turn();
  add('a', 'x', 5);
  await turn();
  expect(sent).toEqual([
    ['a/x', [1, 4]],
    ['a/y', [3]],
    ['b/x', [2]],
    ['a/x', [5]],
  ]);
});

test('a crowd goes in several calls, none of which is larger than a script can unpack', async () => {
  const sizes: number[] = [];
  const groups = createTurnGroups<null, number>((_group, items) => sizes.push(items.length));
  for (let i = 0; i < 2_500; i += 1) {
    groups.add(
      'a',
      i,
      () => true,
      () => null,
    );
  }
  await turn();
  expect(sizes).toEqual([1_000, 1_000, 500]);
});
