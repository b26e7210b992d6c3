import {
  createPhoneNormalizer,
  normalizeEmail,
  normalizePhone,
  parseFullName,
  type PhoneMetadata,
} from '@bigdata/normalization';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import googlesMetadata from 'libphonenumber-js-1.13.14/max/metadata';
import { type Benchmark } from '../benchmark';
import { createRandom } from '../random';
import { measureThroughput } from '../throughput';
import { createEmails, createNames } from './people-mix';
import { createEdgeRows, phoneAgreement } from './phone-agreement';
import { createPhoneRows, type PhoneRow } from './phone-mix';

const SEED = 20_260_101;
const ROWS = 200_000;
/** The slow library takes seconds for a sample of this size. */
const COMPARED_ROWS_MAX = 50_000;
const ROUNDS = 5;

/** What the library does for the same question: is it valid, and what is its E.164 form? */
const readByLibrary = ({ raw, defaultCountry }: PhoneRow): string | null => {
  const country =
    defaultCountry !== undefined && isSupportedCountry(defaultCountry) ? defaultCountry : undefined;
  const number = parsePhoneNumberFromString(raw, country);
  return number?.isValid() ? number.number : null;
};

/** Rows per second on one thread, and the agreement of telephone numbers with Google's library. */
export const benchNormalization: Benchmark = ({ rows = ROWS }) => {
  const random = createRandom(SEED);
  const phones = createPhoneRows(random, rows);
  const emails = createEmails(random, rows);
  const names = createNames(random, rows);

  const phoneRate = rateOf(phones, ({ raw, defaultCountry }) => normalizePhone(raw, { defaultCountry }));
  const compared = phones.slice(0, COMPARED_ROWS_MAX);
  const rates = measureThroughput(
    compared,
    [
      { name: 'ours', run: ({ raw, defaultCountry }) => normalizePhone(raw, { defaultCountry }) },
      { name: 'library', run: readByLibrary },
    ],
    ROUNDS,
  );
  const libraryRate = rates.get('library') ?? Number.NaN;
  const ratio = (rates.get('ours') ?? Number.NaN) / libraryRate;
  const emailRate = rateOf(emails, normalizeEmail);
  const nameRate = rateOf(names, parseFullName);

  const differential = [...compared, ...createEdgeRows(random, compared.length)];
  const agreement = phoneAgreement(
    differential,
    createPhoneNormalizer(googlesMetadata as unknown as PhoneMetadata),
  );
  const agreementInUse = phoneAgreement(differential, normalizePhone);

  return {
    tables: [
      {
        head: ['what', 'figure', 'note'],
        rows: [
          ['phones', perSecond(phoneRate), `${rows} cells of 40 countries`],
          ['libphonenumber-js', perSecond(libraryRate), `the first ${compared.length} of them`],
          ['phones, times as fast', ratio.toFixed(1), 'on the same cells, by turns'],
          [
            'phones, agreement',
            agreement.toFixed(6),
            `${differential.length} cells, with google-libphonenumber at its metadata`,
          ],
          ['phones, agreement in use', agreementInUse.toFixed(6), 'with the newer metadata in use'],
          ['emails', perSecond(emailRate), `${rows} addresses`],
          ['full names', perSecond(nameRate), `${rows} names, split`],
        ],
      },
    ],
    figures: {
      phones_per_s: Math.round(phoneRate),
      phones_ratio_to_libphonenumber_js: Number(ratio.toFixed(2)),
      phones_agreement: agreement,
      phones_agreement_metadata_in_use: agreementInUse,
      libphonenumber_js_per_s: Math.round(libraryRate),
      emails_per_s: Math.round(emailRate),
      names_per_s: Math.round(nameRate),
      phones_rows: rows,
      phones_compared_rows: compared.length,
      phones_agreement_rows: differential.length,
      emails_rows: rows,
      names_rows: rows,
      node: process.version,
    },
  };
};

const rateOf = <Row>(rows: readonly Row[], run: (row: Row) => unknown): number =>
  measureThroughput(rows, [{ name: 'ours', run }], ROUNDS).get('ours') ?? Number.NaN;

const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en-US')}/s`;
