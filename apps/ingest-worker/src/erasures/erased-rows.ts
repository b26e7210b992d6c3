/** Whether a row tells of an erased person. Runs in the threads, for every row once anyone was erased. */
import { IdentifierHash } from '@bigdata/normalization';
import { type FieldColumns } from '../encode/row-values';
import { type ValueColumns } from '../encode/value-columns';
import { type ErasedIdentifiers } from './erased-list';
import { emailsIn, phonesIn } from './identifiers-in-text';

export interface ErasedRows {
  /** The row under way, by its address, its number and its key. @param key latin1 text of 16 bytes */
  has(columns: ValueColumns, email: FieldColumns, phone: FieldColumns, key: string): boolean;
  /** A row that could not be read, by what stands in it. */
  hasText(text: string): boolean;
}

const KEY_BYTES = 16;

/** @param country how numbers without a calling code are read */
export function createErasedRows({ keys, table }: ErasedIdentifiers, country: string | null): ErasedRows {
  const slots = new Int32Array(table);
  const mask = slots.length / 2 - 1;
  const hashOf = (key: string): IdentifierHash => new IdentifierHash(Buffer.from(key, 'hex'));
  const email = hashOf(keys.email);
  const phone = hashOf(keys.phone);
  const record = hashOf(keys.record_id);
  const keyBytes = Buffer.alloc(KEY_BYTES);

  const isListed = ({ high, low }: IdentifierHash): boolean => {
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const [foundLow, foundHigh] = [slots[2 * slot], slots[2 * slot + 1]];
      if (foundLow === low && foundHigh === high) return true;
      if (foundLow === 0 && foundHigh === 0) return false;
    }
  };
  const hasBytes = (hash: IdentifierHash, bytes: Uint8Array, start: number, end: number): boolean => {
    hash.hash(bytes, start, end);
    return isListed(hash);
  };
  const hasValue = (text: string, hash: IdentifierHash): boolean => {
    const bytes = Buffer.from(text);
    return hasBytes(hash, bytes, 0, bytes.length);
  };

  return {
    has(columns, emailColumns, phoneColumns, key) {
      // Where there is a match form it is what the list has; else the address is its own.
      const address = columns.has(emailColumns.match) ? emailColumns.match : emailColumns.value;
      const number = phoneColumns.value;
      keyBytes.write(key, 0, KEY_BYTES, 'latin1');
      return (
        (columns.has(address) && hasBytes(email, address.data, address.valueStart, address.position)) ||
        (columns.has(number) && hasBytes(phone, number.data, number.valueStart, number.position)) ||
        hasBytes(record, keyBytes, 0, KEY_BYTES)
      );
    },
    hasText: (text) =>
      emailsIn(text).some((found) => hasValue(found, email)) ||
      phonesIn(text, country).some((found) => hasValue(found, phone)),
  };
}
