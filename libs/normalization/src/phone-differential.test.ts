import { PhoneNumberFormat, PhoneNumberUtil } from 'google-libphonenumber';
import metadata from 'libphonenumber-js/max/metadata';
import googlesMetadata from 'libphonenumber-js-1.13.14/max/metadata';
import { createPhoneNormalizer, normalizePhone, type PhoneNormalizer } from './phone';
import { type PhoneMetadata } from './phone-plans';
import {
  createDigits,
  createPhoneExamples,
  createRandom,
  REGIONS,
  spell,
  type PhoneSample,
} from './test-support/phone-samples';

/**
 * Every answer is compared with google-libphonenumber's. Its release has the metadata 9.0.40, which is that of
 * libphonenumber-js 1.13.14; with the newer metadata in use only the regions that were changed since may differ.
 */
const examples = createPhoneExamples();
const util = PhoneNumberUtil.getInstance();

/** E.164, extension and country in one text; empty for what is no valid number. */
const byGoogle = ({ raw, country }: PhoneSample): string => {
  try {
    const number = util.parse(raw, country);
    if (!util.isValidNumber(number)) return '';
    const region = util.getRegionCodeForNumber(number) ?? '';
    const extension = number.getExtension() ?? '';
    return [util.format(number, PhoneNumberFormat.E164).replace(/ .*/, ''), extension, region].join(' ');
  } catch {
    return ''; // the parser throws for what cannot be a number
  }
};

const by =
  (normalize: PhoneNormalizer) =>
  ({ raw, country }: PhoneSample): string => {
    const result = normalize(raw, { defaultCountry: country });
    return result.ok ? [result.phone, result.extension ?? '', result.country ?? '001'].join(' ') : '';
  };

type Compared = PhoneSample & { readonly google: string; readonly ours: string };

const compare = (samples: readonly PhoneSample[], normalize: PhoneNormalizer): Compared[] =>
  samples.map((sample) => ({ ...sample, google: byGoogle(sample), ours: by(normalize)(sample) }));

const differing = (samples: readonly PhoneSample[], normalize: PhoneNormalizer): Compared[] =>
  compare(samples, normalize).filter(({ google, ours }) => google !== ours);

describe("with the metadata of Google's release", () => {
  const normalize = createPhoneNormalizer(googlesMetadata as unknown as PhoneMetadata);

  it('every example of every type and region is read as Google reads it', () => {
    const samples = examples.flatMap(({ region, callingCode, digits }): PhoneSample[] => [
      { raw: `+${callingCode}${digits}`, country: undefined },
      { raw: digits, country: region === '001' ? undefined : region },
    ]);
    expect(samples.length).toBeGreaterThan(2_700);
    expect(differing(samples, normalize)).toEqual([]);
  });

  it('12,000 numbers at the edges of all plans, behind right and wrong prefixes, are answered as by Google', () => {
    const random = createRandom(1);
    const samples = Array.from({ length: 12_000 }, (_, index) =>
      createDigits(random, examples[index % examples.length]!),
    );
    const compared = compare(samples, normalize);
    expect(compared.filter(({ google, ours }) => google !== ours)).toEqual([]);
    // A quarter is valid: the sample is neither all right nor all wrong.
    expect(compared.filter(({ ours }) => ours !== '').length / samples.length).toBeCloseTo(0.25, 1);
  });

  it('12,000 spellings with labels, separators and extensions are answered as by Google', () => {
    const random = createRandom(2);
    const samples = Array.from({ length: 12_000 }, () =>
      spell(random, createDigits(random, random.pick(examples))),
    );
    expect(differing(samples, normalize)).toEqual([]);
  });

  it('digits of any number, in any country, are answered as by Google', () => {
    const random = createRandom(3);
    const samples = Array.from({ length: 5_000 }, () => ({
      raw: Array.from({ length: 1 + random.below(18) }, () => random.below(10)).join(''),
      country: random.pick(REGIONS),
    }));
    expect(differing(samples, normalize)).toEqual([]);
  });
});

describe('with the metadata in use', () => {
  /** A change of either package changes this list, and with it the one in docs/normalization.md. */
  const CHANGED_REGIONS = [
    ...['AU', 'AX', 'BJ', 'BW', 'CC', 'CN', 'CO', 'CR', 'CV', 'CX', 'DE', 'DK', 'EC', 'ES', 'ET', 'FI', 'GE'],
    ...['GH', 'GY', 'IN', 'IR', 'KE', 'KW', 'LA', 'NG', 'PG', 'PY', 'RO', 'RU', 'SH', 'US', 'ZW'],
  ];

  it('the plans of 32 regions have been changed since', () => {
    const inUse = plansOf(metadata);
    const googles = plansOf(googlesMetadata);
    expect(Object.keys(inUse).filter((region) => inUse[region] !== googles[region])).toEqual(CHANGED_REGIONS);
    expect(Object.keys(googles)).toEqual(Object.keys(inUse));
  });

  it('an answer that is not the same is about a number of such a region', () => {
    const random = createRandom(4);
    const samples = Array.from({ length: 12_000 }, () => createDigits(random, random.pick(examples)));
    const different = differing(samples, normalizePhone);
    const unexplained = different.filter(
      ({ google, ours }) => !CHANGED_REGIONS.includes((ours === '' ? google : ours).slice(-2)),
    );
    expect(unexplained).toEqual([]);
    expect(different.length / samples.length).toBeLessThan(0.005);
  });
});

/** What decides about validity and E.164 in each region, as one text. Formats are left out. */
const plansOf = ({ countries, nonGeographic }: typeof metadata): Record<string, string> => {
  const parts = [0, 1, 2, 3, 5, 7, 8, 10, 11];
  const regions: [string, readonly unknown[]][] = Object.entries({ ...countries, ...nonGeographic });
  return Object.fromEntries(
    regions.map(([region, row]) => [region, JSON.stringify(parts.map((part) => row[part]))]),
  );
};
