import { secrets } from './settings';

describe('secrets', () => {
  const { schema, fallback, secret } = secrets('PREVIOUS', 'peppers of before', { minChars: 8 });

  it('are several, or none when nothing is set, and none of them prints', () => {
    expect([fallback, secret]).toEqual(['', true]);
    expect(schema.parse('')).toEqual([]);
    const parsed = schema.parse('long enough one, long enough two');
    expect(parsed.map((one) => one.reveal())).toEqual(['long enough one', 'long enough two']);
    expect(JSON.stringify(parsed)).not.toContain('enough');
  });

  it('are each long enough', () => {
    const refused = schema.safeParse('long enough one,short');
    expect(refused.error?.issues.map(({ message }) => message)).toEqual([
      'must each hold at least 8 characters',
    ]);
  });
});
