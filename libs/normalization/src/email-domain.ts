import { domainToASCII, domainToUnicode } from 'node:url';

const DOMAIN_LENGTH_MAX = 253;

/** Letters, digits and inner hyphens, 1 to 63 octets a label, two labels or more. Linear: no nested repetition. */
const ASCII_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A top-level domain is alphabetic or an A-label, at least two characters; that also refuses every IPv4 spelling. */
const TOP_LEVEL = /\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** Characters with a meaning to a URL parser, which must not reach one. */
const URL_SYNTAX = /[%/\\?#[\]:@<>^| \u0000-\u001f\u007f]/;

const ASCII_ONLY = /^[!-~]+$/;

/** The lower-case A-label form of a host name with a top-level domain, or undefined. */
export const toAsciiDomain = (raw: string): string | undefined => {
  if (raw.length > DOMAIN_LENGTH_MAX * 2 || URL_SYNTAX.test(raw)) return undefined;
  const lower = raw.toLowerCase();
  const ascii = ASCII_ONLY.test(lower) && !lower.includes('xn--') ? lower : idnToAscii(lower);
  if (ascii === undefined || ascii.length > DOMAIN_LENGTH_MAX) return undefined;
  return ASCII_DOMAIN.test(ascii) && TOP_LEVEL.test(ascii) ? ascii : undefined;
};

/** UTS 46 non-transitional, and the round trip must hold: an A-label that decodes to nothing is refused. */
const idnToAscii = (domain: string): string | undefined => {
  const ascii = domainToASCII(domain);
  if (ascii === '') return undefined;
  const unicode = domainToUnicode(ascii);
  return unicode !== '' && domainToASCII(unicode) === ascii && !unicode.includes('xn--') ? ascii : undefined;
};
