import { createFailedAttempts } from './failed-attempts';

let nowMs = 5_000;
const create = (addressesMax?: number) =>
  createFailedAttempts({
    perMinute: 6,
    clockMs: () => nowMs,
    ...(addressesMax === undefined ? {} : { addressesMax }),
  });

test('so many failures at once, then one for each part of the minute', () => {
  const attempts = create();
  for (let i = 0; i < 6; i += 1) {
    expect(attempts.waitS('192.0.2.1')).toBe(0);
    attempts.failed('192.0.2.1');
  }
  expect(attempts.waitS('192.0.2.1')).toBe(10);
  expect(attempts.waitS('192.0.2.2')).toBe(0);
  nowMs += 10_000;
  expect(attempts.waitS('192.0.2.1')).toBe(0);
  attempts.failed('192.0.2.1');
  expect(attempts.waitS('192.0.2.1')).toBe(10);
  nowMs += 60_000;
  for (let i = 0; i < 6; i += 1) attempts.failed('192.0.2.1');
  expect(attempts.waitS('192.0.2.1')).toBe(10);
});

test('all addresses of one IPv6 network count as one', () => {
  const attempts = create();
  for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::', '2001:DB8:1:2:0:0:0:9']) {
    attempts.failed(address);
    attempts.failed(address);
  }
  expect(attempts.waitS('2001:db8:1:2:abcd:1:2:3')).toBe(10);
  expect(attempts.waitS('2001:db8:1:3::1')).toBe(0);
  for (let i = 0; i < 6; i += 1) attempts.failed('::1');
  expect(attempts.waitS('::2')).toBe(10);
});

test('memory is bounded: the address that failed longest ago is forgotten first', () => {
  const attempts = create(2);
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
    for (let i = 0; i < 6; i += 1) attempts.failed(address);
  }
  expect(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => attempts.waitS(address))).toEqual([
    0, 10, 10,
  ]);
});
