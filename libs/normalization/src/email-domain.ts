import { domainToASCII, domainToUnicode } from 'node:url';

const DOMAIN_LENGTH_MAX = 253;

/** Letters, digits and inner hyphens, 1 to 63 octets a label, two labels or more. Linear: no nested repetition. */
const ASCII_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A top-level domain is alphabetic or an A-label, at least two characters; that also refuses every IPv4 spelling. */
const TOP_LEVEL = /\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** Most domains: small letters, digits, single hyphens, a top-level domain of letters; within one label's length. */
const PLAIN_DOMAIN = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}$/;
const LABEL_LENGTH_MAX = 63;

/** Characters with a meaning to a URL parser, which must not reach one. */
const URL_SYNTAX = /[%/\\?#[\]:@<>^| \u0000-\u001f\u007f]/;

const ASCII_ONLY = /^[!-~]+$/;

/** The letters, marks and digits of IDNA 2008, with the few signs that it allows inside words. */
const U_LABEL = /^[\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}\-\u00b7\u0375\u05f3\u05f4\u30fb\u200c\u200d]+$/u;
const STARTS_WITH_MARK = /^\p{M}/u;
const RIGHT_TO_LEFT =
  /(?=\p{L})[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const LEFT_TO_RIGHT =
  /(?![\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\u{10800}-\u{10fff}\u{1e800}-\u{1efff}])\p{L}/u;
const STARTS_WITH_WEAK_DIGIT = /^[0-9\u0660-\u0669\u06f0-\u06f9]/;

/** The lower-case A-label form of a host name with a top-level domain, or undefined. */
export const toAsciiDomain = (raw: string): string | undefined => {
  if (raw.length <= LABEL_LENGTH_MAX && PLAIN_DOMAIN.test(raw)) return raw;
  if (raw.length > DOMAIN_LENGTH_MAX * 2 || URL_SYNTAX.test(raw)) return undefined;
  const lower = ASCII_ONLY.test(raw) ? raw.toLowerCase() : undefined;
  const ascii = lower === undefined || lower.includes('xn--') ? idnToAscii(raw) : lower;
  if (ascii === undefined || ascii.length > DOMAIN_LENGTH_MAX) return undefined;
  return ASCII_DOMAIN.test(ascii) && TOP_LEVEL.test(ascii) ? ascii : undefined;
};

/** UTS 46 non-transitional mapping, then the stricter label rules of IDNA 2008. */
const idnToAscii = (domain: string): string | undefined => {
  const ascii = domainToASCII(domain);
  if (ascii === '') return undefined;
  const unicode = domainToUnicode(ascii);
  const labels = unicode.split('.');
  const isBidi = labels.some((label) => RIGHT_TO_LEFT.test(label));
  // An A-label that decodes to nothing valid stays an A-label, and one that is not canonical encodes differently.
  return labels.every((label) => isValidLabel(label, isBidi)) && domainToASCII(unicode) === ascii
    ? ascii
    : undefined;
};

const isValidLabel = (label: string, isBidi: boolean): boolean => {
  if (!U_LABEL.test(label) || STARTS_WITH_MARK.test(label)) return false;
  if (label.startsWith('-') || label.endsWith('-') || label.slice(2, 4) === '--') return false;
  if (!isBidi) return true;
  // RFC 5893 in short: one direction a label, and no label begins with a digit.
  return !STARTS_WITH_WEAK_DIGIT.test(label) && !(RIGHT_TO_LEFT.test(label) && LEFT_TO_RIGHT.test(label));
};
