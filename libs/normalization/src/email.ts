import { toAsciiDomain } from './email-domain';
import { emailMatchKey } from './email-providers';
import { refused, type Refused } from './result';

/** Room for a display name around an address of at most 254 octets. */
const RAW_LENGTH_MAX = 1_024;
const LOCAL_OCTETS_MAX = 64;
const EMAIL_OCTETS_MAX = 254;

const SIMPLE = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** RFC 6531: the ASCII atom characters and any letter, mark, number or symbol beyond ASCII. */
const INTERNATIONAL =
  /^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]|(?![\0-\x7f])[\p{L}\p{M}\p{N}\p{S}\p{P}])+(?:\.(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]|(?![\0-\x7f])[\p{L}\p{M}\p{N}\p{S}\p{P}])+)*$/u;

/** `Jane Doe <jane@example.com>`, `"Doe, Jane" <jane@example.com>` or `<jane@example.com>`. */
const DISPLAY_FORM = /^[^<>]*<([^<>]+)>$/;

export type NormalizedEmail =
  | {
      readonly ok: true;
      /** The canonical address: lower case, NFC, domain as A-labels. */
      readonly email: string;
      /** Equal for every spelling that the provider delivers to one mailbox. */
      readonly matchKey: string;
    }
  | Refused;

const INVALID = 'invalid_email';

/**
 * The practical subset of RFC 5321/5322 that mailbox providers accept: no quoted local part, no comment, no address
 * literal, a domain with a top-level label, at most 64 and 254 octets.
 */
export const normalizeEmail = (raw: string): NormalizedEmail => {
  if (raw.length > RAW_LENGTH_MAX) return refused('too_long');
  const address = bareAddress(raw.trim());
  if (address === '') return refused('empty');
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1) return refused(INVALID);

  const local = canonicalLocalPart(address.slice(0, at));
  const domain = local === undefined ? undefined : toAsciiDomain(address.slice(at + 1));
  if (local === undefined || domain === undefined) return refused(INVALID);

  const email = `${local}@${domain}`;
  // A UTF-16 unit is at most three octets: short addresses need no count.
  if (email.length * 3 > EMAIL_OCTETS_MAX && Buffer.byteLength(email) > EMAIL_OCTETS_MAX) {
    return refused(INVALID);
  }
  return { ok: true, email, matchKey: emailMatchKey(email) };
};

const bareAddress = (text: string): string => {
  let address = text;
  if (address.endsWith('>')) address = DISPLAY_FORM.exec(address)?.[1]?.trim() ?? address;
  if (address.includes(':') && /^mailto:/i.test(address)) {
    const query = address.indexOf('?');
    address = address.slice('mailto:'.length, query === -1 ? undefined : query).trim();
  }
  return address;
};

const canonicalLocalPart = (raw: string): string | undefined => {
  const lower = raw.toLowerCase();
  if (SIMPLE.test(lower)) return lower.length <= LOCAL_OCTETS_MAX ? lower : undefined;
  if (!raw.isWellFormed()) return undefined;
  const local = raw.normalize('NFC').toLowerCase().normalize('NFC');
  return INTERNATIONAL.test(local) && Buffer.byteLength(local) <= LOCAL_OCTETS_MAX ? local : undefined;
};
