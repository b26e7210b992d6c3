/** What the values of a column alone say. Pure; reads at most 200 values of 256 characters. */
import { type RecordFieldName } from '@bigdata/models';
import { phoneEvidence, type PhoneEvidence } from './phone-values';
import {
  fitsBirthDate,
  fitsCountry,
  fitsEmail,
  fitsGender,
  fitsPostalCode,
  fitsWebsite,
  isCountryCode,
  isCountryName,
  isEmail,
  isGender,
  isGivenName,
  isHonorific,
  isOrganisation,
  isPersonShaped,
  isPlaceholder,
  isPostalCode,
  isSurelyPerson,
  isUrl,
  yearOf,
} from './value-kinds';

export interface ValueGuess {
  readonly field: RecordFieldName;
  /** 0 … 1 */
  readonly confidence: number;
  /** What the header must bring for the guess to count: nothing, a hint at the field, or no name at all. */
  readonly needs: 'nothing' | 'hint' | 'no_name';
}

export interface ValueEvidence {
  /** Values that say something; placeholders such as "n/a" and "(blank)" do not. */
  readonly filled: number;
  /** Share of them that may be values of the field, for the fields whose values have a form. */
  readonly fits: ReadonlyMap<RecordFieldName, number>;
  /** Share of numbers, of e-mail addresses and of URLs: what no name, company, title or place is. */
  readonly unlikeText: number;
  /** Share of names of organisations. */
  readonly organisations: number;
  readonly guesses: readonly ValueGuess[];
}

export const VALUES_MAX = 200;
const VALUE_CHARS_MAX = 256;

const MOST = 0.8;
/** Fewer values, or as few between placeholders, could be a coincidence, save for e-mail addresses. */
const VALUES_MIN = 3;
const FILLED_MIN = 0.25;

/** @param country ISO 3166-1 alpha-2 of the file, where known: reads national phone numbers */
export function valueEvidence(values: readonly string[], country: string | null): ValueEvidence {
  const texts = values
    .slice(0, VALUES_MAX)
    .map((value) => value.slice(0, VALUE_CHARS_MAX).trim())
    .filter((text) => !isPlaceholder(text));
  const share = (is: (text: string) => boolean): number =>
    texts.length === 0 ? 0 : texts.filter(is).length / texts.length;
  const phones = phoneEvidence(texts, country);
  const emails = share(isEmail);
  const urls = share(isUrl);
  return {
    filled: texts.length,
    fits: new Map<RecordFieldName, number>([
      ['email', share(fitsEmail)],
      ['phone', phones.fits],
      ['website', share(fitsWebsite)],
      ['country', share(fitsCountry)],
      ['birth_date', share(fitsBirthDate)],
      ['postal_code', share(fitsPostalCode)],
      ['gender', share(fitsGender)],
    ]),
    unlikeText: share((text) => !/\p{L}/u.test(text)) + emails + urls,
    organisations: share(isOrganisation),
    guesses: [
      ...emailGuess(emails, texts.length),
      ...(texts.length < Math.max(VALUES_MIN, Math.min(values.length, VALUES_MAX) * FILLED_MIN)
        ? []
        : guessesOf(texts, share, phones, urls)),
    ],
  };
}

function emailGuess(emails: number, filled: number): readonly ValueGuess[] {
  if (emails < MOST) return [];
  return [{ field: 'email', confidence: filled < VALUES_MIN ? 0.75 : 0.9, needs: 'nothing' }];
}

function guessesOf(
  texts: readonly string[],
  share: (is: (text: string) => boolean) => number,
  phones: PhoneEvidence,
  urls: number,
): readonly ValueGuess[] {
  const guesses: ValueGuess[] = [];
  const guess = (
    field: RecordFieldName,
    confidence: number,
    needs: ValueGuess['needs'] = 'nothing',
  ): void => {
    guesses.push({ field, confidence, needs });
  };

  const postalCodes = share(isPostalCode);
  if (phones.international >= MOST) guess('phone', 0.85);
  else if (postalCodes < 0.9 && phones.valid >= MOST)
    guess('phone', 0.7, phones.formatted >= MOST ? 'nothing' : 'hint');

  // Under a header that says otherwise, a URL is a picture, a profile or a source rather than a website.
  if (urls >= MOST && areOfManyHosts(texts)) guess('website', 0.65, 'no_name');
  if (share((text) => isUrl(text) || fitsWebsite(text)) >= MOST) guess('website', 0.65, 'hint');

  if (share(isCountryName) >= 0.9) guess('country', 0.7);
  else if (share(isCountryCode) >= 0.9) guess('country', 0.6, 'no_name');

  if (share((text) => isGender(text) !== null) >= 0.95 && new Set(texts.map(isGender)).size > 1) {
    guess('gender', 0.75);
  }
  if (postalCodes >= 0.9 && distinct(texts) >= 0.2) guess('postal_code', 0.65);
  if (areLifetimes(texts)) {
    guess('birth_date', 0.7, 'hint');
    guess('birth_date', 0.55, 'no_name');
  }
  if (share(isHonorific) >= MOST) guess('name_prefix', 0.8);

  if (distinct(texts) >= 0.5) {
    if (share(isPersonShaped) >= MOST && share(isSurelyPerson) >= 0.3) {
      guess('full_name', 0.65, 'hint');
      guess('full_name', 0.65, 'no_name');
    }
    if (share(isOrganisation) >= 0.5) guess('company', 0.55, 'no_name');
  }
  if (share(isGivenName) >= 0.4) guess('first_name', 0.55, 'no_name');
  return guesses;
}

const distinct = (texts: readonly string[]): number => new Set(texts).size / texts.length;

/** Links to one service (profiles, pictures) are not the websites of the people in the rows. */
function areOfManyHosts(texts: readonly string[]): boolean {
  const hosts = texts.map((text) =>
    text
      .replace(/^https?:\/\//i, '')
      .replace(/[/?#].*$/s, '')
      .toLowerCase(),
  );
  return distinct(hosts) >= 0.5;
}

/** People of one list are born decades apart; the dates of its making, changes and orders lie closer together. */
function areLifetimes(texts: readonly string[]): boolean {
  const years = texts.map(yearOf).filter((year) => year !== null);
  if (years.length < texts.length * MOST) return false;
  const sorted = years.sort((a, b) => a - b);
  const quarter = sorted[Math.floor(sorted.length / 4)] ?? 0;
  const last = sorted.at(-1) ?? 0;
  return quarter <= 1995 && last - (sorted[0] ?? 0) >= 15;
}
