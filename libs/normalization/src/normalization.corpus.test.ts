import { readFileSync } from 'node:fs';
import path from 'node:path';
import { domainToASCII } from 'node:url';
import { foldForMatch, normalizeEmail, normalizePhone, parseFullName } from './index';

/** Set by jest.config.cjs from BIGDATA_CORPUS. The figures and each disagreement are explained in docs/normalization.md. */
declare const corpusFolder: string;

const rows = <Row>(file: string): Row[] =>
  readFileSync(path.join(corpusFolder, 'normalise', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

/** The rows on which we differ, and for no reason that is named. */
const unexplained = <Row>(differing: readonly Row[], reasons: Record<string, (row: Row) => boolean>): Row[] =>
  differing.filter((row) => !Object.values(reasons).some((explains) => explains(row)));

describe('phones', () => {
  type PhoneRow = {
    raw: string;
    default_region: string | null;
    e164: string | null;
    ext: string | null;
    valid: boolean;
    second_lib_agrees?: boolean;
    agree?: boolean;
  };

  const differing = (phones: readonly PhoneRow[]): PhoneRow[] =>
    phones.filter((row) => {
      const result = normalizePhone(row.raw, { defaultCountry: row.default_region ?? undefined });
      const phone = result.ok ? result.phone : null;
      const extension = result.ok ? (result.extension ?? null) : row.ext;
      return phone !== (row.valid ? row.e164 : null) || (row.valid && extension !== row.ext);
    });

  it('every example number of every country is read in every spelling', () => {
    const phones = rows<PhoneRow>('phones/example-numbers.ndjson').filter(
      (row) => row.second_lib_agrees !== false,
    );
    expect(phones.length).toBe(4_139);
    expect(differing(phones)).toEqual([]);
  });

  it("the odd inputs of Google's parse tests give its answers", () => {
    const phones = rows<PhoneRow>('phones/google-parse-tests.ndjson');
    expect(phones.length).toBe(101);
    expect(differing(phones)).toEqual([]);
  });

  it('numbers as publishers write them are read wherever the two libraries agree', () => {
    const phones = rows<PhoneRow>('phones/wild.ndjson').filter((row) => row.agree);
    expect(phones.length).toBe(2_154);
    expect(differing(phones)).toEqual([]);
  });
});

describe('emails', () => {
  type EmailRow = { address: string; options?: unknown };

  const reasons: Record<string, (row: EmailRow) => boolean> = {
    'white space around a cell is trimmed': ({ address }) => address !== address.trim(),
    'a display form is read': ({ address }) => address.endsWith('>'),
    'no quoted local part': ({ address }) => address.startsWith('"'),
    'no address literal': ({ address }) => address.includes('@['),
    'a top-level domain of two letters or more': ({ address }) => /@[^.]+$|\.[a-z]$|\.co-uk$/i.test(address),
    'full-width letters of a domain are mapped': ({ address }) => /@[ａ-ｚ]/.test(address),
    'any symbol beyond ASCII in a local part': ({ address }) => /^[^@]*\p{Emoji_Presentation}/u.test(address),
    'not over 254 octets in the form that is stored': ({ address }) =>
      address.normalize('NFC').length <= 254 && Buffer.byteLength(address) > 254,
  };

  const differing = (emails: readonly EmailRow[], isValid: (row: EmailRow) => boolean): EmailRow[] =>
    emails.filter((row) => normalizeEmail(row.address).ok !== isValid(row));

  it.each([
    ['hapi-address', 122],
    ['validator-js', 36],
    ['django', 28],
  ])('%s: differs for named reasons only', (name, count) => {
    const emails = rows<EmailRow & { valid: boolean }>(`emails/${name}.ndjson`).filter(
      (row) => (row.options ?? null) === null,
    );
    expect(emails.length).toBe(count);
    const different = differing(emails, (row) => (row as EmailRow & { valid: boolean }).valid);
    expect(unexplained(different, reasons)).toEqual([]);
  });

  it('isemail: differs for named reasons only where the verdict is firm', () => {
    const emails = rows<EmailRow & { verdict: string }>('emails/isemail-tests.ndjson').filter(
      (row) => row.verdict !== 'debatable',
    );
    const different = differing(emails, (row) => (row as EmailRow & { verdict: string }).verdict === 'valid');
    expect(unexplained(different, reasons)).toEqual([]);
  });

  it('isemail: never changes a debatable address into another one', () => {
    const changed = rows<EmailRow>('emails/isemail-tests.ndjson').filter(({ address }) => {
      const result = normalizeEmail(address);
      return result.ok && result.email !== address.trim().toLowerCase();
    });
    expect(changed).toEqual([]);
  });

  it('python-email-validator: refuses what it refuses', () => {
    const emails = rows<EmailRow>('emails/python-email-validator-invalid.ndjson');
    expect(emails.length).toBe(48);
    expect(
      unexplained(
        differing(emails, () => false),
        reasons,
      ),
    ).toEqual([]);
  });

  it('python-email-validator: gives its normal form, in small letters and with the domain as A-labels', () => {
    const emails = rows<EmailRow & { local_part: string; domain?: string }>(
      'emails/python-email-validator-normalized.ndjson',
    );
    const different = emails.filter(({ address, local_part, domain = '' }) => {
      const result = normalizeEmail(address);
      return !result.ok || result.email !== `${local_part.toLowerCase()}@${domainToASCII(domain)}`;
    });
    expect(emails.length).toBe(24);
    expect(unexplained(different, { ...reasons, quoted: ({ address }) => address.includes('<"me') })).toEqual(
      [],
    );
  });
});

describe('domains', () => {
  it('IDNA: a domain is converted or refused as UTS 46 and IDNA 2008 say, but for one top-level label with a digit', () => {
    const domains = rows<{ input: string; encode: string | null }>('unicode/idna-uts46.ndjson');
    expect(domains.length).toBe(1_111);
    const different = domains.filter(({ input, encode }) => {
      // Names of one label are no domain of an address: they are tried below a top-level domain.
      const isOneLabel = !/[.。．｡]/.test(input) && !encode?.includes('.');
      const suffix = isOneLabel ? '.example' : '';
      const result = normalizeEmail(`a@${input}${suffix}`);
      return (result.ok ? result.email : null) !== (encode === null ? null : `a@${encode}${suffix}`);
    });
    expect(different.map(({ input }) => input)).toEqual(['1.2h']);
  });
});

describe('names', () => {
  type NameRow = { input: string; first?: string | null; last?: string | null };

  const differing = (names: readonly NameRow[]): NameRow[] =>
    names.filter(({ input, first, last }) => {
      const parsed = parseFullName(input);
      const found = parsed.ok ? parsed : { first: '', last: '' };
      return (
        foldForMatch(found.first) !== foldForMatch(first ?? '') ||
        foldForMatch(found.last) !== foldForMatch(last ?? '')
      );
    });

  it('the names on which name parsers agree are split as they do', () => {
    const names = rows<NameRow>('names/consensus.ndjson');
    expect(names.length).toBe(16);
    expect(differing(names)).toEqual([]);
  });

  it.each([
    ['php-name-parser', 28, 7],
    ['theiconic', 47, 3],
    ['humanparser', 15, 1],
    ['parse-full-name', 24, 0],
  ])('%s: of %i names no more than %i are split otherwise', (name, count, differences) => {
    const names = rows<{ input: string; expected: NameRow }>(`names/${name}.ndjson`);
    expect(names.length).toBe(count);
    const different = differing(names.map(({ input, expected }) => ({ ...expected, input })));
    expect(different.length).toBeLessThanOrEqual(differences);
  });

  it('95 of 100 names of legislators are split as published, nicknames in place of first names included', () => {
    const names = rows<NameRow>('names/real-name-splits.ndjson');
    expect(names.length).toBe(2_012);
    expect(1 - differing(names).length / names.length).toBeGreaterThan(0.95);
  });

  it('no title, order or degree is left in the names of heads of institutions', () => {
    const names = rows<{ input: string }>('names/ipeds-titled-names.ndjson');
    expect(names.length).toBe(1_383);
    const title =
      /^(?:dr|mrs?|ms|rev|prof|[js]r|ph|phd|edd|md|sj|president|i{2,3}|iv|director|sister|brother|rabbi|interim|ltg)$/;
    const leftovers = names.filter(({ input }) => {
      const parsed = parseFullName(input);
      if (!parsed.ok || parsed.last === '') return true;
      const words = `${parsed.first} ${parsed.middle} ${parsed.last}`.split(' ');
      return words.some(
        (word) => /[,()"]|^[A-Z]{3,}$/.test(word) || title.test(word.toLowerCase().replaceAll('.', '')),
      );
    });
    // One name is written without a space: "William.Pepicello, PhD".
    expect(leftovers).toHaveLength(1);
  });
});

describe('Unicode', () => {
  it('every normalisation form of a text has one fold, which folds to itself', () => {
    type FormsRow = { source: string; NFC: string; NFD: string; NFKC: string; NFKD: string };
    const forms = rows<FormsRow>('unicode/normalization.ndjson');
    expect(forms.length).toBe(1_343);
    const different = forms.filter((row) => {
      const folds = new Set(Object.values(row).map(foldForMatch));
      const [fold = ''] = folds;
      return folds.size !== 1 || foldForMatch(fold) !== fold;
    });
    expect(different).toEqual([]);
  });
});
