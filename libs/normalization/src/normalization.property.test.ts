import fc from 'fast-check';
import {
  dedupeKey,
  foldForMatch,
  joinName,
  normalizeBirthDate,
  normalizeCountry,
  normalizeEmail,
  normalizeGender,
  normalizeName,
  normalizePhone,
  normalizePostalCode,
  normalizeText,
  normalizeWebsite,
  parseFullName,
  type DedupeRecord,
} from './index';

const RUNS = { numRuns: 2_000 };

/** Strings near the edge of what the functions accept: words of the domain between any Unicode, lone surrogates too. */
const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...[
            'Dr.',
            'Mr',
            'JANE',
            'doe',
            "O'NEILL",
            'van',
            'DER',
            'de',
            'la',
            'Jr.',
            'III',
            'PhD',
            ',',
            '(Bubba)',
            '"Jack"',
            'Smith-Jones',
          ],
          ...[
            '王',
            '小明',
            '김',
            'Ğ',
            'İSTANBUL',
            'ß',
            'Σ',
            'ΟΔΥΣΣΕΥΣ',
            '\u0301',
            '\u200b',
            '\u00a0',
            '\ud800',
            'ﬁ',
            'K',
            'Ǆ',
            '…',
            '½',
          ],
          ...[
            '@',
            '.',
            '+',
            'example.com',
            'mailto:',
            '<',
            '>',
            '%',
            'xn--',
            '👩‍👩‍👧',
            '4155550132',
            'tel:',
            ';ext=',
            'x12',
            '(',
            ')',
            '１２',
            '٣',
          ],
          ...[
            'http://',
            '/',
            '?',
            '#',
            ':80',
            '1980',
            '-02-',
            '31',
            'May',
            'US',
            '00',
            "'",
            '’',
            '-',
            '_',
            '&',
            '!',
          ],
        ),
        fc.string({ unit: 'grapheme', maxLength: 3 }),
      ),
      { maxLength: 8 },
    )
    .chain((parts) => fc.constantFrom('', ' ').map((separator) => parts.join(separator))),
);

const isTrue = fc.boolean();

type Result = { ok: true; value: string } | { ok: false };

const idempotent: Record<string, (raw: string) => Result> = {
  email: (raw) => {
    const result = normalizeEmail(raw);
    return result.ok ? { ok: true, value: result.email } : result;
  },
  phone: (raw) => {
    const result = normalizePhone(raw, { defaultCountry: 'US' });
    return result.ok ? { ok: true, value: result.phone } : result;
  },
  'given name': (raw) => normalizeName(raw, { part: 'given' }),
  'family name': (raw) => normalizeName(raw, { part: 'family' }),
  country: (raw) => normalizeCountry(raw),
  'birth date': (raw) => normalizeBirthDate(raw, { now: '2026-01-01', dayFirst: true }),
  website: (raw) => normalizeWebsite(raw),
  'postal code': (raw) => normalizePostalCode(raw),
  'postal code of a country': (raw) => normalizePostalCode(raw, 'GB'),
  gender: (raw) => normalizeGender(raw),
  text: (raw) => normalizeText(raw),
  fold: (raw) => ({ ok: true, value: foldForMatch(raw) }),
};

describe.each(Object.entries(idempotent))('%s', (name, normalize) => {
  it('takes any string, and accepts its own result as it is', () => {
    fc.assert(
      fc.property(wild, (raw) => {
        const once = normalize(raw);
        if (once.ok) expect(normalize(once.value)).toMatchObject(once);
      }),
      RUNS,
    );
  });

  it('answers megabytes of one character at once', () => {
    for (const char of ['a', '1', ' ', '(', '"', ',', '.', '@', '-', 'é', '\u0301', '<', '+', "'"]) {
      const started = performance.now();
      normalize(char.repeat(4_000_000));
      // Folding is the only one that must read all of it.
      expect(performance.now() - started).toBeLessThan(name === 'fold' ? 3_000 : 100);
    }
  });
});

describe('parseFullName', () => {
  const word = fc.constantFrom(
    ...[
      'Jane',
      'DOE',
      'john',
      "O'NEILL",
      "d'Angelo",
      'mcdonald',
      'MacArthur',
      'SMITH-JONES',
      'Łukasz',
      'José',
      'Ğ',
      'J.',
      'Ann',
      'İBRAHİM',
    ],
  );
  const written = fc.record({
    prefix: fc.constantFrom('', 'Dr.', 'MR', 'Rev. Dr.', 'Frau'),
    first: word,
    nickname: fc.constantFrom('', '"Jack"', '(Bubba)'),
    middle: fc.oneof(fc.constant(''), word),
    particle: fc.constantFrom('', 'van der', 'DE LA', 'von', 'St.'),
    last: word,
    suffix: fc.constantFrom('', 'Jr.', 'III', 'PHD', 'esq.'),
    inverted: fc.boolean(),
  });

  it('accepts its own full form as it is', () => {
    fc.assert(
      fc.property(written, (name) => {
        const given = [name.prefix, name.first, name.nickname, name.middle];
        const family = [name.particle, name.last, name.suffix];
        const parts = name.inverted ? [...family, ',', ...given] : [...given, ...family];
        const once = parseFullName(parts.filter((part) => part !== '').join(' '));
        expect(once.ok).toBe(true);
        if (once.ok) expect(parseFullName(once.full)).toMatchObject({ ok: true, full: once.full });
      }),
      RUNS,
    );
  });

  it('takes any string, and anything with a letter has a full form', () => {
    fc.assert(
      fc.property(wild, (raw) => {
        const parsed = parseFullName(raw);
        expect(parsed.ok).toBe(/[\p{L}\p{N}]/u.test(raw.toWellFormed()));
        if (parsed.ok) expect(parsed.full).not.toBe('');
      }),
      RUNS,
    );
  });
});

describe('words built from valid parts', () => {
  const label = fc.stringMatching(/^[a-z0-9]{1,10}$/);
  const email = fc
    .tuple(label, label, fc.constantFrom('com', 'org', 'example'), isTrue)
    .map(([local, host, top, upper]) => {
      const address = `${local}@${host}.${top}`;
      return upper ? address.toUpperCase() : address;
    });

  it('an address differs from its canonical form in case and space only', () => {
    fc.assert(
      fc.property(email, (address) => {
        expect(normalizeEmail(`  ${address}\n`)).toMatchObject({ ok: true, email: address.toLowerCase() });
      }),
    );
  });

  it('a display form gives the address inside', () => {
    fc.assert(
      fc.property(email, (address) => {
        expect(normalizeEmail(`"Doe, Jane" <${address}>`)).toEqual(normalizeEmail(address));
        expect(normalizeEmail(`mailto:${address}?subject=x`)).toEqual(normalizeEmail(address));
      }),
    );
  });

  it('no word of a name is lost in its full form', () => {
    const word = fc.stringMatching(/^[A-Z][a-z]{2,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), isTrue, (words, inverted) => {
        const [head = '', ...tail] = words;
        const name = inverted && tail.length > 0 ? `${head}, ${tail.join(' ')}` : words.join(' ');
        const parsed = parseFullName(name);
        expect(parsed.ok && parsed.full.split(' ').sort()).toEqual([...words].sort());
        expect(parsed.ok && joinName(parsed)).toBe(parsed.ok && parsed.full);
      }),
    );
  });
});

describe('foldForMatch', () => {
  it('is one for every Unicode form and case of a text', () => {
    fc.assert(
      fc.property(wild, (text) => {
        const fold = foldForMatch(text);
        for (const form of ['NFC', 'NFD'] as const) {
          expect(foldForMatch(text.toWellFormed().normalize(form))).toBe(fold);
        }
      }),
      RUNS,
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zàâçéèêëîïôûüñßöä' -]{1,20}$/), (text) => {
        expect(foldForMatch(text.toUpperCase())).toBe(foldForMatch(text));
      }),
    );
  });
});

describe('dedupeKey', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  const record: fc.Arbitrary<DedupeRecord> = fc.record(
    {
      full_name: text,
      first_name: text,
      last_name: text,
      birth_date: fc.constantFrom('1980-01-02', '1999-12-31'),
      company: text,
      city: text,
      postal_code: fc.constantFrom('10115', '94105'),
      country: fc.constantFrom('US', 'DE'),
      attributes: fc.dictionary(text, text, { maxKeys: 4 }),
    },
    { requiredKeys: [] },
  );

  const mapStrings = (source: DedupeRecord, map: (value: string) => string): DedupeRecord => ({
    ...Object.fromEntries(
      Object.entries(source).map(([field, value]) => [field, typeof value === 'string' ? map(value) : value]),
    ),
    attributes: Object.fromEntries(
      Object.entries(source.attributes ?? {}).map(([name, value]) => [map(name), map(value ?? '')]),
    ),
  });

  const reversed = (source: DedupeRecord): DedupeRecord => ({
    ...Object.fromEntries(Object.entries(source).reverse()),
    attributes: Object.fromEntries(Object.entries(source.attributes ?? {}).reverse()),
  });

  const hex = (source: DedupeRecord): string | undefined =>
    dedupeKey(source, { dataset: 'people' })?.key.toString('hex');

  it('does not depend on the order of fields or the Unicode form of values', () => {
    fc.assert(
      fc.property(record, (source) => {
        const key = hex(source);
        expect(hex(reversed(source))).toBe(key);
        expect(hex(mapStrings(source, (value) => value.normalize('NFD')))).toBe(key);
      }),
      RUNS,
    );
  });

  it('is another one in another dataset', () => {
    fc.assert(
      fc.property(record, text, text, (source, a, b) => {
        const first = dedupeKey(source, { dataset: a })?.key.toString('hex');
        const second = dedupeKey(source, { dataset: b })?.key.toString('hex');
        expect(first === second).toBe(a === b || first === undefined);
      }),
    );
  });
});
