/**
 * Values that need not be one of a record: the bounds of a range, and parts of a text. They get the spelling of the
 * column that they are compared with.
 */
import { type FilterField, type RecordFieldName } from '@bigdata/models';
import {
  dateOrTimestamp,
  foldedText,
  isIsoDate,
  type Normalizer,
  normalizeValue,
  text,
  type ValueContext,
  type ValueNormalizer,
  type ValueResult,
} from './normalize-value';

type Name = Exclude<RecordFieldName, 'attributes'>;

/** Where in the text the part stands. */
type Place = 'start' | 'anywhere';

type PartNormalizer = (raw: string, context: ValueContext, place: Place) => ValueResult;

const spelled =
  (change: (value: string) => string): PartNormalizer =>
  (raw, context) => {
    const result = text(raw, context);
    return result.ok ? { ok: true, value: change(result.value) } : result;
  };

const lower = spelled((value) => value.toLowerCase());
const upper = spelled((value) => value.normalize('NFKC').toUpperCase());

/** What numbers are written with beside their digits. */
const PHONE_PART = /^\+?[\d\s().\-/]*$/;
const phonePart: PartNormalizer = (raw, _context, place) => {
  const written = raw.normalize('NFKC').trim();
  const digits = written.replace(/\D/g, '');
  const isInternational = written.startsWith('+');
  if (digits === '' || !PHONE_PART.test(written)) {
    return { ok: false, detail: 'not a part of a phone number', hint: 'digits, such as +1415 or 5550132' };
  }
  if (place === 'start' && !isInternational) {
    return {
      ok: false,
      detail: 'numbers are compared from their country code on',
      hint: 'begin with +<country code>, such as +1415',
    };
  }
  return { ok: true, value: isInternational ? `+${digits}` : digits };
};

/** Fields that are not here are compared by their clean text. */
const PARTS: Readonly<Partial<Record<Name, PartNormalizer>>> = {
  email: lower,
  phone: phonePart,
  full_name: foldedText,
  first_name: foldedText,
  middle_name: foldedText,
  last_name: foldedText,
  name_prefix: lower,
  name_suffix: lower,
  gender: lower,
  company: foldedText,
  job_title: lower,
  website: lower,
  address: lower,
  city: foldedText,
  region: lower,
  postal_code: upper,
  country: upper,
};

export function normalizePart(
  field: FilterField,
  raw: string,
  context: ValueContext,
  place: Place,
): ValueResult {
  if (field.kind === 'attribute') return normalizeValue(field, raw, context);
  return (PARTS[field.name] ?? text)(raw, context, place);
}

const dateBound: Normalizer = (raw, context) => {
  const written = raw.trim();
  // A bound may lie where no birth date can: in the future, or long ago.
  return isIsoDate(written)
    ? { ok: true, value: written }
    : normalizeValue({ kind: 'field', name: 'birth_date' }, raw, context);
};

const BOUNDS: Readonly<Partial<Record<Name, Normalizer>>> = {
  birth_date: dateBound,
  first_seen_at: dateOrTimestamp,
  updated_at: dateOrTimestamp,
  // Capitals of a path count in the order of web addresses.
  website: text,
};

const WHOLE_BOUNDS: readonly Name[] = ['record_id', 'ingest_id', 'country'];

export const normalizeBound: ValueNormalizer = (field, raw, context) => {
  if (field.kind === 'attribute' || WHOLE_BOUNDS.includes(field.name)) {
    return normalizeValue(field, raw, context);
  }
  const bound = BOUNDS[field.name];
  return bound ? bound(raw, context) : normalizePart(field, raw, context, 'start');
};
