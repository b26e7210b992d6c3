import { newChargeId } from './charge-id';
import { uuidSchema } from './lists';

test('is a UUID of version 7 that carries its time and never comes twice', () => {
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const ids = Array.from({ length: 1_000 }, () => newChargeId(nowMs));
  for (const id of ids) {
    expect(uuidSchema.safeParse(id).success).toBe(true);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(nowMs);
  }
  expect(new Set(ids).size).toBe(1_000);
});

test('of a later time sorts behind', () => {
  const times = [0, 1, 255, 256, 2 ** 32, 2 ** 47];
  const ids = times.map(newChargeId);
  expect([...ids].sort()).toEqual(ids);
});
