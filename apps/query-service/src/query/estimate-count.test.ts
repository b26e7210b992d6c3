import { besidePage, estimateCount, idAfterShare } from './estimate-count';

/** A table in which a filter finds `total` records, spread as evenly as can be. */
async function estimate(total: number) {
  const shares: number[] = [];
  const count = await estimateCount((share) => {
    shares.push(share);
    return Promise.resolve(Math.round(total * share));
  });
  return { ...count, shares };
}

test('what many records have is estimated from a sixty-fourth of them', async () => {
  expect(await estimate(6_400_000)).toEqual({ value: 6_400_000, relation: 'approx', shares: [1 / 64] });
});

test('what few have takes a larger part, by what the first one found', async () => {
  const { value, relation, shares } = await estimate(6_400);
  expect([relation, shares.length]).toEqual(['approx', 2]);
  expect(shares[1]).toBeCloseTo(600 / 6_400);
  expect(Math.abs(value - 6_400)).toBeLessThan(20);
});

test.each([0, 1, 63, 399, 2_000])(
  '%d records are counted, since a part would have to be too large',
  async (total) => {
    expect(await estimate(total)).toMatchObject({ value: total, relation: 'eq' });
    expect((await estimate(total)).shares).toEqual([1 / 64, 1]);
  },
);

test('a part that finds less than the first one promised is not trusted', async () => {
  const found = [100, 399, 12_345];
  expect(await estimateCount(() => Promise.resolve(found.shift() ?? -1))).toEqual({
    value: 12_345,
    relation: 'eq',
  });
});

test('a share ends at its own part of all ids', () => {
  expect(idAfterShare(1 / 64)).toBe(`04${'0'.repeat(30)}`);
  expect(idAfterShare(1 / 4)).toBe(`4${'0'.repeat(31)}`);
  expect(idAfterShare(2 ** -32)).toBe(`00000001${'0'.repeat(24)}`);
});

test('a count never contradicts the page beside it', () => {
  const approx = { value: 90, relation: 'approx' } as const;
  expect(besidePage(approx, { known: 101, isAll: false })).toEqual({ value: 101, relation: 'approx' });
  expect(besidePage(approx, { known: 7, isAll: true })).toEqual({ value: 7, relation: 'eq' });
  expect(besidePage({ value: 500, relation: 'approx' }, { known: 101, isAll: false }).value).toBe(500);
});
