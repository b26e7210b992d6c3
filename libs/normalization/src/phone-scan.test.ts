import fc from 'fast-check';
import { createPhoneDigits, digitsText } from './phone-digits';
import { scanPhone, type PhoneReading } from './phone-scan';
import { readPhoneText } from './phone-text';

const reading: PhoneReading = {
  digits: createPhoneDigits(250),
  international: false,
  extension: undefined,
};

describe('scanPhone', () => {
  it('reads whatever it decides about as readPhoneText does', () => {
    const plain = fc.constantFrom(
      ...'0123456789'.split(''),
      '415',
      '555',
      ' ',
      '-',
      '(',
      ')',
      '.',
      '/',
      '[',
      ']',
      '*',
    );
    const odd = fc.oneof(
      fc.constantFrom(
        'x',
        'X',
        'ext',
        'Ext.',
        'extension',
        ':',
        ';',
        '~',
        '\\',
        'a',
        'tel:',
        ';ext=',
        'п',
        '\t',
      ),
      fc.constantFrom(
        ';isub=1',
        ';phone-context=+1',
        ' x',
        ' ext 5',
        '/x',
        '１',
        '\u00a0',
        'ABC',
        '@',
        '+',
        '#',
        ',',
      ),
    );
    const part = fc.oneof({ arbitrary: plain, weight: 12 }, { arbitrary: odd, weight: 1 });
    let decided = 0;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const raw = parts.join('');
        if (!scanPhone(raw, reading)) return;
        const text = readPhoneText(raw);
        const digits = digitsText(reading.digits);
        // Two digits can be read as a number, but are none of any plan.
        if (digits === '') {
          expect(text?.digits.length ?? 0).toBeLessThan(3);
          return;
        }
        decided += 1;
        expect([digits, reading.international, reading.extension]).toEqual([
          text?.digits,
          text?.international,
          text?.extension,
        ]);
      }),
      { numRuns: 20_000 },
    );
    expect(decided).toBeGreaterThan(4_000);
  });

  it.each([
    '(415) 555-0132',
    '+1 415.555.0132',
    '4155550132',
    'Phone: 415-555-0132 x12',
    '415/555/0132 ext. 7',
    'n/a',
    '',
  ])('decides about %j in its one pass', (raw) => {
    expect(scanPhone(raw, reading)).toBe(true);
  });
});
