/** E-mail addresses: the usual form in one pass over the bytes, anything else through the normaliser. */
import { emailMatchKey, normalizeEmail } from '@bigdata/normalization';
import { rememberingCells } from './cell-memo';
import { type FieldColumns, type FieldEncoder, type RowValues } from './row-values';

const AT = 0x40;
const DOT = 0x2e;
const HYPHEN = 0x2d;

const LOCAL = 1;
const DOMAIN = 2;
const CAPITAL = 4;
const LETTER = 8;
const CLASS = new Uint8Array(256);
for (const char of "!#$%&'*+/=?^_`{|}~-") CLASS[char.charCodeAt(0)] = LOCAL;
for (let byte = 0x30; byte <= 0x39; byte += 1) CLASS[byte] = LOCAL | DOMAIN;
for (let byte = 0x61; byte <= 0x7a; byte += 1) {
  CLASS[byte] = LOCAL | DOMAIN | LETTER;
  CLASS[byte - 0x20] = LOCAL | DOMAIN | LETTER | CAPITAL;
}
CLASS[HYPHEN] = LOCAL | DOMAIN;

/** Room for 64 octets before the sign and a domain of a length nobody has to think about. */
const LOCAL_BYTES_MAX = 64;
const ADDRESS_BYTES_MAX = 128;
const LABEL_BYTES_MAX = 63;

export function createEmailField(values: RowValues, field: FieldColumns): FieldEncoder {
  const { columns } = values;
  /** Whether addresses of a domain have a match key of their own: rules of providers go by the domain alone. */
  const hasProviderRule = rememberingCells((domain) => {
    const probe = `a.b_c+d-e@${domain}`;
    return emailMatchKey(probe) !== probe;
  });
  return (bytes, start, end) => {
    const usual = scanUsual(bytes, start, end);
    if (usual !== -1) {
      const { value } = field;
      if (!scanned.hasCapital) columns.copy(value, bytes, start, end);
      else {
        columns.open(value, end - start);
        const { data, position } = value;
        for (let from = start, to = position; from < end; from += 1, to += 1) {
          const byte = bytes[from] ?? 0;
          data[to] = (CLASS[byte] ?? 0) & CAPITAL ? byte | 0x20 : byte;
        }
        value.position = position + (end - start);
        columns.copy(field.raw, bytes, start, end);
      }
      const { data, position } = value;
      if (hasProviderRule(data, position - (end - usual - 1), position)) {
        const email = data.toString('latin1', position - (end - start), position);
        const match = emailMatchKey(email);
        if (match !== email) columns.text(field.match, match);
      }
      return;
    }
    const raw = bytes.toString('utf8', start, end);
    const result = normalizeEmail(raw);
    if (!result.ok) return values.refuse(field, result.code, bytes, start, end);
    values.put(field, raw, result.email, bytes, start, end);
    if (result.matchKey !== result.email) columns.text(field.match, result.matchKey);
  };
}

const scanned = { hasCapital: false };

/**
 * @returns where the sign is when the cell is an address of the plainest kind, which the normaliser would leave as it is
 * but for its case; else -1
 */
function scanUsual(bytes: Buffer, start: number, end: number): number {
  if (end - start > ADDRESS_BYTES_MAX) return -1;
  let seen = 0;
  let at = start;
  let before = DOT;
  for (; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === AT) break;
    const kind = CLASS[byte] ?? 0;
    if ((kind & LOCAL) === 0 && (byte !== DOT || before === DOT)) return -1;
    seen |= kind;
    before = byte;
  }
  if (at === end || before === DOT || at - start > LOCAL_BYTES_MAX) return -1;
  const sign = at;
  let labelStart = at + 1;
  let labels = 0;
  let isAlphabetic = LETTER;
  before = DOT;
  for (at += 1; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === DOT) {
      if (before === DOT || before === HYPHEN || at - labelStart > LABEL_BYTES_MAX) return -1;
      labels += 1;
      labelStart = at + 1;
      isAlphabetic = LETTER;
    } else {
      const kind = CLASS[byte] ?? 0;
      if ((kind & DOMAIN) === 0) return -1;
      // A hyphen at a label's start is refused, two together may be an A-label: neither is usual.
      if (byte === HYPHEN && (before === DOT || before === HYPHEN)) return -1;
      isAlphabetic &= kind;
      seen |= kind;
    }
    before = byte;
  }
  if (labels === 0 || isAlphabetic === 0 || end - labelStart < 2 || end - labelStart > LABEL_BYTES_MAX)
    return -1;
  scanned.hasCapital = (seen & CAPITAL) !== 0;
  return sign;
}
