import { refused, type NormalizedValue } from './result';
import { boundedText } from './text';

const RAW_LENGTH_MAX = 64;
/** Records reach back to historical people; below it a year is a slip or a placeholder. */
const YEAR_MIN = 1000;

export type BirthDateOptions = {
  /** Today as YYYY-MM-DD: a later date is refused. There is no clock in here. */
  readonly now: string;
  /** Decides "03/04/1980": true is 3 April, false is 4 March. Without it such a date is refused as ambiguous. */
  readonly dayFirst?: boolean | undefined;
};

const MONTHS: ReadonlyMap<string, number> = new Map(
  [
    'jan january januar janvier enero gennaio janeiro januari',
    'feb february februar fevrier février febrero febbraio fevereiro februari',
    'mar march märz maerz mars marzo março marco maart',
    'apr april avril abril aprile',
    'may mai mayo maggio maio mei',
    'jun june juni juin junio giugno junho',
    'jul july juli juillet julio luglio julho',
    'aug august août aout agosto augustus',
    'sep sept september septembre septiembre settembre setembro',
    'oct october oktober octobre octubre ottobre outubro okt',
    'nov november novembre noviembre novembro',
    'dec december dezember décembre decembre diciembre dicembre dezembro dez',
  ].flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
);

const ISO =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const YEAR_FIRST = /^(\d{4})[/. ](\d{1,2})[/. ](\d{1,2})\.?(?: 00:00(?::00)?)?$/;
const CJK = /^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const YEAR_LAST = /^(\d{1,2})([/. -])(\d{1,2})\2(\d{4})(?: 0{1,2}:00(?::00)?)?$/;
const DAY_MONTH_NAME =
  /^(\d{1,2})(?:st|nd|rd|th|\.|º)?[ -](?:de |of )?(\p{L}{3,10})\.?,?[ -](?:de )?(\d{4})$/u;
const MONTH_NAME_DAY = /^(\p{L}{3,10})\.?[ -](\d{1,2})(?:st|nd|rd|th)?,?[ -](\d{4})$/u;

/** An ISO 8601 date. Two-digit years, impossible dates and years outside 1800 … `now` are refused. */
export const normalizeBirthDate = (raw: string, { now, dayFirst }: BirthDateOptions): NormalizedValue => {
  const text = boundedText(raw, RAW_LENGTH_MAX);
  if (typeof text !== 'string') return text;

  const yearFirst = ISO.exec(text) ?? YEAR_FIRST.exec(text) ?? CJK.exec(text) ?? COMPACT.exec(text);
  if (yearFirst) return toDate(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]), now);

  const yearLast = YEAR_LAST.exec(text);
  if (yearLast) {
    const first = Number(yearLast[1]);
    const second = Number(yearLast[3]);
    const year = Number(yearLast[4]);
    if (first === second) return toDate(year, first, second, now);
    if (first > 12) return toDate(year, second, first, now);
    if (second > 12) return toDate(year, first, second, now);
    if (dayFirst === undefined) return refused('ambiguous_birth_date');
    return dayFirst ? toDate(year, second, first, now) : toDate(year, first, second, now);
  }

  const dayName = DAY_MONTH_NAME.exec(text);
  if (dayName) return toDate(Number(dayName[3]), monthOf(dayName[2]), Number(dayName[1]), now);
  const nameDay = MONTH_NAME_DAY.exec(text);
  if (nameDay) return toDate(Number(nameDay[3]), monthOf(nameDay[1]), Number(nameDay[2]), now);
  return refused('invalid_birth_date');
};

const monthOf = (name: string | undefined): number => MONTHS.get((name ?? '').toLowerCase()) ?? 0;

const daysInMonth = (year: number, month: number): number => {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
};

const toDate = (year: number, month: number, day: number, now: string): NormalizedValue => {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    return refused('invalid_birth_date');
  const value = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return year < YEAR_MIN || value > now ? refused('birth_date_out_of_range') : { ok: true, value };
};
