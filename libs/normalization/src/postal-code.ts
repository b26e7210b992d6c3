import { refused, type NormalizedValue } from './result';
import { boundedText } from './text';

const RAW_LENGTH_MAX = 32;
const ANY = /^[A-Z0-9](?:[A-Z0-9 -]{0,14}[A-Z0-9])?$/;

type Format = { readonly pattern: RegExp; readonly format: (match: RegExpExecArray) => string };

const digits = (count: number): Format => ({
  // Spreadsheets drop leading zeros: a code that is short of digits gets them back.
  pattern: new RegExp(`^(\\d{${Math.max(3, count - 1)},${count}})$`),
  format: ([code = '']) => code.padStart(count, '0'),
});

/** By country, over the code without spaces and hyphens. Countries not listed take any short code. */
const FORMATS: ReadonlyMap<string, Format> = new Map(
  Object.entries({
    US: {
      pattern: /^(\d{3,5}|\d{9})$/,
      format: ([code = '']) =>
        code.length === 9 ? `${code.slice(0, 5)}-${code.slice(5)}` : code.padStart(5, '0'),
    },
    GB: {
      pattern: /^([A-Z]{1,2}\d[A-Z\d]?|GIR)(\d[A-Z]{2})$/,
      format: ([, outward = '', inward = '']) => `${outward} ${inward}`,
    },
    CA: {
      pattern: /^([A-CEGHJ-NPR-TVXY]\d[A-Z])(\d[A-Z]\d)$/,
      format: ([, area = '', unit = '']) => `${area} ${unit}`,
    },
    NL: {
      pattern: /^(?:NL)?([1-9]\d{3})([A-Z]{2})$/,
      format: ([, area = '', unit = '']) => `${area} ${unit}`,
    },
    SE: { pattern: /^(?:SE)?(\d{3})(\d{2})$/, format: ([, area = '', unit = '']) => `${area} ${unit}` },
    PL: { pattern: /^(?:PL)?(\d{2})(\d{3})$/, format: ([, area = '', unit = '']) => `${area}-${unit}` },
    PT: {
      pattern: /^(?:PT)?(\d{4})(\d{3})?$/,
      format: ([, area = '', unit]) => (unit ? `${area}-${unit}` : area),
    },
    BR: { pattern: /^(\d{5})(\d{3})$/, format: ([, area = '', unit = '']) => `${area}-${unit}` },
    JP: { pattern: /^〒?(\d{3})(\d{4})$/, format: ([, area = '', unit = '']) => `${area}-${unit}` },
    IE: {
      pattern: /^([AC-FHKNPRTV-Y]\d[\dW])([\dAC-FHKNPRTV-Y]{4})$/,
      format: ([, area = '', unit = '']) => `${area} ${unit}`,
    },
    DE: digits(5),
    FR: digits(5),
    IT: digits(5),
    ES: digits(5),
    MX: digits(5),
    KR: digits(5),
    TR: digits(5),
    FI: digits(5),
    AT: digits(4),
    CH: digits(4),
    BE: digits(4),
    DK: digits(4),
    NO: digits(4),
    AU: digits(4),
    NZ: digits(4),
    ZA: digits(4),
    IN: digits(6),
    CN: digits(6),
    RU: digits(6),
    SG: digits(6),
  } satisfies Record<string, Format>),
);

/** Upper case, in the country's own spelling where `country` (ISO 3166-1 alpha-2) is given and known. */
export const normalizePostalCode = (raw: string, country?: string): NormalizedValue => {
  const text = boundedText(raw, RAW_LENGTH_MAX);
  if (typeof text !== 'string') return text;
  const code = text.normalize('NFKC').toUpperCase().replace(/[‐-―]/g, '-').replace(/\.0$/, '');
  const format = country === undefined ? undefined : FORMATS.get(country);
  if (!format)
    return ANY.test(code) ? { ok: true, value: code.replace(/ +/g, ' ') } : refused('invalid_postal_code');
  const match = format.pattern.exec(code.replace(/[ -]/g, ''));
  return match ? { ok: true, value: format.format(match) } : refused('invalid_postal_code');
};
