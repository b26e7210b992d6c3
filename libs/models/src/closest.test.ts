import { closest } from './closest';

describe('closest', () => {
  const fields = ['email', 'phone', 'full_name', 'country', 'company'];

  it.each([
    ['emial', 'email'],
    ['Country', 'country'],
    ['fullname', 'full_name'],
    ['compny', 'company'],
  ])('takes %s for %s', (input, wanted) => {
    expect(closest(input, fields)).toBe(wanted);
  });

  it('says nothing when nothing is near', () => {
    expect(closest('zzzzzz', fields)).toBeNull();
    expect(closest('', fields)).toBeNull();
    expect(closest('e'.repeat(10_000), fields)).toBeNull();
  });
});
