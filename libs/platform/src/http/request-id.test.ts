import { requestIdFrom } from './request-id';

describe('requestIdFrom', () => {
  it('keeps a sound id', () => {
    for (const id of ['order-2026:17.a_b', '7']) expect(requestIdFrom(id)).toBe(id);
  });

  it.each([undefined, '', 'a b c d e f g', 'x'.repeat(129), 'bad\nline-break', '<script>alert', ['a', 'b']])(
    'replaces %p by one of ours',
    (header) => {
      expect(requestIdFrom(header)).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});
