import { normalizePhone } from './phone';

describe('normalizePhone', () => {
  it.each([
    ['(415) 555-0132', 'US', '+14155550132'],
    ['415.555.0132', 'US', '+14155550132'],
    ['1-415-555-0132', 'US', '+14155550132'],
    ['+1 (415) 555-0132', undefined, '+14155550132'],
    ['tel:+1-415-555-0132', undefined, '+14155550132'],
    ['tel:415-555-0132;phone-context=+1', undefined, '+14155550132'],
    ['011 44 20 7946 0958', 'US', '+442079460958'],
    ['00 44 20 7946 0958', 'DE', '+442079460958'],
    ['+44 (0)20 7946 0958', 'GB', '+442079460958'],
    ['020 7946 0958', 'GB', '+442079460958'],
    ['＋４４　２０　７９４６　０９５８', undefined, '+442079460958'],
    ['+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨', undefined, '+442079460958'],
    ['𝟜𝟙𝟝 𝟻𝟻𝟻 𝟬𝟭𝟯𝟮', 'US', '+14155550132'],
    ['Phone: 415-555-0132', 'US', '+14155550132'],
    ['1-800-FLOWERS', 'US', '+18003569377'],
    ['+39 06 1234 5678', undefined, '+390612345678'],
    ['++1 415 555 0132', undefined, '+14155550132'],
    ['415\u00ad555\u200b0132', 'US', '+14155550132'],
  ])('reads %j in %s as %s', (raw, defaultCountry, phone) => {
    expect(normalizePhone(raw, { defaultCountry })).toMatchObject({ ok: true, phone });
  });

  it.each([
    ['(415) 555-0132 x99', '99'],
    ['(415) 555-0132 ext. 1234', '1234'],
    ['(415) 555-0132 Extension 7', '7'],
    ['(415) 555-0132, 12', '12'],
    ['(415) 555-0132;ext=0012', '0012'],
    ['(415) 555-0132 #5', '5'],
  ])('keeps the extension of %j apart', (raw, extension) => {
    expect(normalizePhone(raw, { defaultCountry: 'US' })).toEqual({
      ok: true,
      phone: '+14155550132',
      extension,
      country: 'US',
    });
  });

  it('names the country that the number tells, not the one it was read in', () => {
    expect(normalizePhone('+1 416 555 0132', { defaultCountry: 'US' })).toMatchObject({ country: 'CA' });
    expect(normalizePhone('+800 1234 5678')).toEqual({ ok: true, phone: '+80012345678' });
  });

  it.each([
    ['555-0132', 'US'],
    ['415-555-0132', undefined],
    ['415-555-0132', 'XX'],
    ['123', 'US'],
    ['000-000-0000', 'US'],
    ['+999 123 456', 'US'],
    ['n/a', 'US'],
    ['jane@example.com', 'US'],
    ['415-555-0132 / 415-555-0133', 'US'],
    ['+0 415 555 0132', 'US'],
    ['tel:415-555-0132;phone-context=', 'US'],
    ['1'.repeat(250), 'US'],
  ])('refuses %j in %s', (raw, defaultCountry) => {
    expect(normalizePhone(raw, { defaultCountry })).toEqual({ ok: false, code: 'invalid_phone' });
  });

  it('tells an empty cell and an endless one from an invalid number', () => {
    expect(normalizePhone(' ')).toEqual({ ok: false, code: 'empty' });
    expect(normalizePhone('1'.repeat(5_000_000))).toEqual({ ok: false, code: 'too_long' });
  });
});
