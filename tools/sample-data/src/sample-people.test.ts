import {
  dedupeKey,
  normalizeBirthDate,
  normalizeCountry,
  normalizeEmail,
  normalizePhone,
  parseFullName,
  type DedupeRecord,
} from '@bigdata/normalization';
import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPerson } from './person';
import { PLACES } from './places';
import { createRandom } from './random';
import { samplePeople, type SampleCounts, type SampleOptions } from './sample-people';
import { COLUMNS } from './spelling';
import { WELL_KNOWN_PEOPLE } from './well-known-people';
import { writeSamplePeople } from './write-sample-people';

const collect = (options: SampleOptions): { lines: string[]; counts: SampleCounts } => {
  const generator = samplePeople(options);
  const lines: string[] = [];
  let next = generator.next();
  while (next.done !== true) {
    lines.push(next.value);
    next = generator.next();
  }
  return { lines, counts: next.value };
};

/** The cells of one record; its quotes come in pairs. */
const toCells = (line: string): string[] => {
  const cells = [''];
  let isQuoted = false;
  const characters = Array.from(line.slice(0, -1));
  for (const [index, char] of characters.entries()) {
    if (char === '"') {
      // A doubled quote ends and begins at once: the second of the pair is text.
      if (!isQuoted && index > 0 && characters[index - 1] === '"') cells.push(`${cells.pop() ?? ''}"`);
      isQuoted = !isQuoted;
    } else if (char === ',' && !isQuoted) {
      cells.push('');
    } else {
      cells.push((cells.pop() ?? '') + char);
    }
  }
  return cells;
};

/** The record that a loader makes of a row. */
const toRecord = (cells: readonly string[]): DedupeRecord => {
  const [
    name = '',
    email = '',
    phone = '',
    company = '',
    ,
    ,
    city = '',
    ,
    zip = '',
    country = '',
    birth = '',
  ] = cells;
  const alpha2 = normalizeCountry(country);
  const fullName = parseFullName(name);
  const address = normalizeEmail(email);
  const number = normalizePhone(phone, alpha2.ok ? { defaultCountry: alpha2.value } : {});
  const date = normalizeBirthDate(birth, { now: '2026-01-01' });
  return {
    company,
    city,
    postal_code: zip,
    email: address.ok ? address.email : '',
    phone: number.ok ? number.phone : '',
    birth_date: date.ok ? date.value : '',
    country: alpha2.ok ? alpha2.value : '',
    ...(fullName.ok
      ? {
          full_name: fullName.full,
          first_name: fullName.first,
          middle_name: fullName.middle,
          last_name: fullName.last,
          name_suffix: fullName.suffix,
        }
      : {}),
  };
};

const isBroken = (cells: readonly string[]): boolean =>
  cells.length !== COLUMNS.length ||
  cells.every((cell) => cell === '') ||
  cells.some((cell) => cell.length > 1_000_000);

describe('samplePeople', () => {
  const { lines, counts } = collect({ rows: 20_000, seed: 1 });
  const rows = lines.slice(1).map(toCells);
  const records = rows.filter((cells) => !isBroken(cells)).map(toRecord);

  it('gives the same bytes for a seed on every machine', () => {
    expect(hash('sha256', lines.join(''))).toBe(
      '9b5025097509c2d40fc7054d6594040b2477f11bdffa1220f86a8646935f9294',
    );
    expect(hash('sha256', collect({ rows: 1_000, seed: 2 }).lines.join(''))).toBe(
      '1d213fe4797619071647145fb70863e8664fb8c74a2df6768420bca650118b1a',
    );
  });

  it('begins a longer file with the shorter one', () => {
    expect(collect({ rows: 500, seed: 1 }).lines).toEqual(lines.slice(0, 501));
  });

  it('counts rows, broken rows and people as a loader would', () => {
    expect(rows).toHaveLength(20_000);
    const keys = records.map((record) => dedupeKey(record, { dataset: 'people' })?.key.toString('hex'));
    expect(keys).not.toContain(undefined);
    expect(counts).toEqual({
      rows: rows.length,
      brokenRows: rows.filter(isBroken).length,
      distinctPeople: new Set(keys).size,
    });
  });

  it('has the shares of trouble that it promises', () => {
    const share = (count: number): number => Math.round((count / rows.length) * 1_000) / 10;
    const repetitions = rows.length - counts.brokenRows - counts.distinctPeople;
    const unusablePhones = rows.filter(
      (cells, index) => !isBroken(cells) && cells[2] !== '' && !toRecord(rows[index] ?? []).phone,
    );
    expect(share(counts.brokenRows)).toBeCloseTo(0.5, 0);
    expect(share(repetitions)).toBeCloseTo(8, 0);
    expect(share(unusablePhones.length)).toBeGreaterThan(1);
    expect(share(unusablePhones.length)).toBeLessThan(4);
  });

  it('has quoted commas, quotes and line breaks, capitals, and other scripts', () => {
    const text = lines.join('');
    for (const pattern of [
      /"[^"]*,[^"]*"/,
      /""/,
      /"[^"]*\n[^"]*"/,
      /[А-я]{3}/,
      /[Α-ω]{3}/,
      /\p{Script=Han}{2}/u,
      /[가-힣]{2}/,
      /[ء-ي]{3}/,
    ]) {
      expect(text).toMatch(pattern);
    }
  });

  it('uses reserved domains only', () => {
    const reserved = /@(?:example\.(?:com|org|net)|[a-z]+\.example)$/;
    expect(records.filter(({ email }) => email && !reserved.test(email))).toEqual([]);
  });

  it('knows Jane Doe, whatever the seed', () => {
    const [, jane] = collect({ rows: 1, seed: 99 }).lines;
    expect(jane).toBe(
      'Jane Doe,jane.doe@example.com,(415) 555-0132,Acme Corporation,Head of Marketing,"1 Market Street, Suite 300",' +
        'San Francisco,CA,94105,US,1985-04-12,https://www.acme.example,,Gold\n',
    );
    expect(records[0]).toMatchObject({
      email: 'jane.doe@example.com',
      phone: '+14155550132',
      last_name: 'Doe',
    });
  });
});

describe('people', () => {
  it('have numbers that are valid in their country, each of his or her own', () => {
    const people = [
      ...WELL_KNOWN_PEOPLE,
      ...Array.from({ length: 10_000 }, (_, index) => createPerson(createRandom(7, index * 2 + 1), index)),
    ];
    const numbers = people
      .filter(({ phone }) => phone !== '')
      .map(({ phone, place }) => ({ e164: `+${place.phone.callingCode}${phone}`, country: place.country }));
    const refused = numbers.filter(({ e164, country }) => {
      const result = normalizePhone(e164);
      return !result.ok || result.phone !== e164 || result.country !== country;
    });
    expect(refused).toEqual([]);
    expect(new Set(numbers.map(({ country }) => country)).size).toBe(PLACES.length);
    expect(new Set(numbers.map(({ e164 }) => e164)).size).toBe(numbers.length);
  });
});

describe('writeSamplePeople', () => {
  it('writes what samplePeople gives', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sample-people-'));
    try {
      const file = path.join(folder, 'people.csv');
      const counts = await writeSamplePeople({ path: file, rows: 5_000, seed: 3 });
      const expected = collect({ rows: 5_000, seed: 3 });
      expect(await readFile(file, 'utf8')).toBe(expected.lines.join(''));
      expect(counts).toEqual(expected.counts);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('fails when the file cannot be written', async () => {
    await expect(
      writeSamplePeople({ path: path.join(tmpdir(), 'no-such-folder', 'people.csv') }),
    ).rejects.toThrow('ENOENT');
  });
});
