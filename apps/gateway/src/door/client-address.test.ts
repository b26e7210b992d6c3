import { createClientAddress } from './client-address';

const from = (remoteAddress: string | undefined, forwarded?: string) => ({
  socket: { remoteAddress },
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
});

test('without trusted proxies the connection alone counts, whatever the client writes', () => {
  const address = createClientAddress([]);
  expect(address(from('198.51.100.7', '10.0.0.1'))).toBe('198.51.100.7');
  expect(address(from('::ffff:198.51.100.7'))).toBe('198.51.100.7');
  expect(address(from(undefined))).toBeNull();
});

test('trusted proxies are believed about the client, which cannot speak for itself', () => {
  const address = createClientAddress(['10.0.0.0/8', '2001:db8::1']);
  expect(address(from('10.1.2.3', '198.51.100.7'))).toBe('198.51.100.7');
  expect(address(from('::ffff:10.1.2.3', '203.0.113.9, 198.51.100.7, 10.9.9.9'))).toBe('198.51.100.7');
  expect(address(from('2001:db8::1', '2001:db8::2'))).toBe('2001:db8::2');
  expect(address(from('198.51.100.7', '203.0.113.9'))).toBe('198.51.100.7');
});

test('a trusted proxy that names nobody is itself the client, and nonsense is nobody', () => {
  const address = createClientAddress(['10.0.0.0/8']);
  expect(address(from('10.1.2.3'))).toBe('10.1.2.3');
  expect(address(from('10.1.2.3', '10.1.2.4'))).toBe('10.1.2.4');
  expect(address(from('10.1.2.3', '198.51.100.7, unknown'))).toBeNull();
});
