import { normalizeBirthDate } from './birth-date';
import { normalizeCountry } from './country';
import { COUNTRY_CODES } from './country-codes';
import { normalizeGender } from './gender';
import { normalizePostalCode } from './postal-code';
import type { NormalizedValue } from './result';
import { normalizeText } from './text';
import { normalizeWebsite } from './website';

const valueOf = (result: NormalizedValue): string => (result.ok ? result.value : result.code);

describe('normalizeCountry', () => {
  it.each([
    ...[
      'us',
      'USA',
      '840',
      'U.S.',
      'U. S. A.',
      'United States',
      'the United States of America',
      'Estados Unidos',
      'アメリカ合衆国',
    ].map((raw) => [raw, 'US']),
    ...['GB', 'UK', 'U.K.', 'Great Britain', 'england', 'Vereinigtes Königreich', 'Royaume-Uni'].map(
      (raw) => [raw, 'GB'],
    ),
    ...['Deutschland', 'Allemagne', 'GERMANY', 'Германия', '德国'].map((raw) => [raw, 'DE']),
    ...['España', 'ESPANA', 'Espan\u0303a'].map((raw) => [raw, 'ES']),
    ...['Côte d’Ivoire', "Cote d'Ivoire", 'Ivory Coast'].map((raw) => [raw, 'CI']),
    ...['Türkiye', 'Turkey'].map((raw) => [raw, 'TR']),
    ...['Korea, Republic of', 'South Korea', '대한민국'].map((raw) => [raw, 'KR']),
    ['Kosovo', 'XK'],
    ['004', 'AF'],
    ['4', 'AF'],
  ])('reads %j as %s', (raw, country) => {
    expect(valueOf(normalizeCountry(raw))).toBe(country);
  });

  it('reads every code of every country, and its English name', () => {
    const english = new Intl.DisplayNames('en', { type: 'region' });
    expect(COUNTRY_CODES).toHaveLength(249);
    for (const [alpha2, alpha3, numeric] of COUNTRY_CODES) {
      for (const raw of [alpha2, alpha3, numeric, english.of(alpha2) ?? '']) {
        expect([raw, valueOf(normalizeCountry(raw))]).toEqual([raw, alpha2]);
      }
    }
  });

  it.each(['Atlantis', 'XX', '000', 'EU', '-'])('refuses %j', (raw) => {
    expect(valueOf(normalizeCountry(raw))).toBe('invalid_country');
  });
});

describe('normalizeBirthDate', () => {
  const now = '2026-01-31';

  it.each([
    ['1985-04-12', '1985-04-12'],
    ['1985-4-2', '1985-04-02'],
    ['1985-04-12T00:00:00Z', '1985-04-12'],
    ['1985/04/12', '1985-04-12'],
    ['19850412', '1985-04-12'],
    ['1985年4月12日', '1985-04-12'],
    ['12 April 1985', '1985-04-12'],
    ['April 12th, 1985', '1985-04-12'],
    ['Apr. 12, 1985', '1985-04-12'],
    ['12-Apr-1985', '1985-04-12'],
    ['12. März 1985', '1985-03-12'],
    ['12 de abril de 1985', '1985-04-12'],
    ['12 août 1985', '1985-08-12'],
    ['25/12/1985', '1985-12-25'],
    ['12/25/1985', '1985-12-25'],
    ['05.05.1985', '1985-05-05'],
    ['29 Feb 2000', '2000-02-29'],
    ['2026-01-31', '2026-01-31'],
    ['1800-01-01', '1800-01-01'],
    ['1732-02-22', '1732-02-22'],
  ])('reads %j as %s without being told an order', (raw, date) => {
    expect(valueOf(normalizeBirthDate(raw, { now }))).toBe(date);
  });

  it('decides "03/04/1985" by the option and never by guess', () => {
    expect(valueOf(normalizeBirthDate('03/04/1985', { now, dayFirst: true }))).toBe('1985-04-03');
    expect(valueOf(normalizeBirthDate('03/04/1985', { now, dayFirst: false }))).toBe('1985-03-04');
    expect(valueOf(normalizeBirthDate('03/04/1985', { now }))).toBe('ambiguous_birth_date');
  });

  it.each([
    '1985-02-29',
    '1900-02-29',
    '31/04/1985',
    '1985-13-01',
    '1985-00-10',
    '12/04/85',
    '3 Foo 1985',
    '1985',
    'yesterday',
    '12-04/1985',
  ])('refuses the impossible %j', (raw) => {
    expect(valueOf(normalizeBirthDate(raw, { now, dayFirst: true }))).toBe('invalid_birth_date');
  });

  it.each(['0999-12-31', '2026-02-01', '9999-01-01'])('refuses %s as out of range', (raw) => {
    expect(valueOf(normalizeBirthDate(raw, { now }))).toBe('birth_date_out_of_range');
  });
});

describe('normalizeWebsite', () => {
  it.each([
    ['Example.com', 'https://example.com'],
    ['HTTP://WWW.Example.com/', 'http://www.example.com'],
    ['//example.com/a b'.replace(' ', '%20'), 'https://example.com/a%20b'],
    ['https://example.com:8443/Path?q=1#x', 'https://example.com:8443/Path?q=1#x'],
    ['https://example.com:443', 'https://example.com'],
    ['münchen.example', 'https://xn--mnchen-3ya.example'],
  ])('reads %j as %j', (raw, url) => {
    expect(valueOf(normalizeWebsite(raw))).toBe(url);
  });

  it.each([
    'n/a',
    'localhost',
    'ftp://example.com',
    'javascript:alert(1)',
    'http://127.0.0.1',
    'http://0x7f.1/',
    'https://u:p@example.com',
    'jane@example.com',
    'two words.com',
  ])('refuses %j', (raw) => {
    expect(valueOf(normalizeWebsite(raw))).toBe('invalid_website');
  });
});

describe('normalizePostalCode', () => {
  it.each([
    ['94105', 'US', '94105'],
    ['2139', 'US', '02139'],
    ['941051234', 'US', '94105-1234'],
    ['94105-1234', 'US', '94105-1234'],
    ['sw1a1aa', 'GB', 'SW1A 1AA'],
    ['k1a 0b1', 'CA', 'K1A 0B1'],
    ['1011ab', 'NL', '1011 AB'],
    ['00950', 'PL', '00-950'],
    ['1067', 'DE', '01067'],
    ['〒100-0001', 'JP', '100-0001'],
    ['94105.0', 'US', '94105'],
    ['ab 12  cd', undefined, 'AB 12 CD'],
    ['AZ1000', 'AZ', 'AZ1000'],
    ['94105', 'constructor', '94105'],
  ])('writes %j in %s as %j', (raw, country, code) => {
    expect(valueOf(normalizePostalCode(raw, country))).toBe(code);
  });

  it.each([
    ['ABCDE', 'US'],
    ['123456', 'DE'],
    ['n/a', undefined],
    ['SW1A', 'GB'],
  ])('refuses %j in %s', (raw, country) => {
    expect(valueOf(normalizePostalCode(raw, country))).toBe('invalid_postal_code');
  });
});

describe('normalizeGender', () => {
  it.each([
    ['F', 'female'],
    ['weiblich', 'female'],
    ['Männlich', 'male'],
    ['MALE', 'male'],
    ['non-binary', 'other'],
    ['女性', 'female'],
    ['жен.', 'female'],
  ])('reads %j as %s', (raw, gender) => {
    expect(valueOf(normalizeGender(raw))).toBe(gender);
  });

  it('takes nothing that states no gender', () => {
    for (const raw of ['unknown', 'n/a', '0', '1', 'yes'])
      expect(valueOf(normalizeGender(raw))).toBe('invalid_gender');
  });
});

describe('normalizeText', () => {
  it.each([
    ['  Acme \u00a0 Corporation\r\n', 'Acme Corporation'],
    ['Cafe\u0301', 'Caf\u00e9'],
    ['a\u0000b\u200bc\u202ed', 'abcd'],
    ['a\u3000b\u2028c', 'a b c'],
    ['x\ud800y', 'x\ufffdy'],
  ])('cleans %j to %j', (raw, text) => {
    expect(valueOf(normalizeText(raw))).toBe(text);
  });

  it('holds to the length it is given', () => {
    expect(valueOf(normalizeText('abc', { lengthMax: 3 }))).toBe('abc');
    expect(valueOf(normalizeText('abcd', { lengthMax: 3 }))).toBe('too_long');
    expect(valueOf(normalizeText('x'.repeat(4_097)))).toBe('too_long');
    expect(valueOf(normalizeText(' \n '))).toBe('empty');
  });
});
