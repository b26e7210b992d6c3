/** Telephone numbers, read by the rules of the row's country. */
import { normalizePhone } from '@bigdata/normalization';
import { textOf, OTHER } from './cell-class';
import { type FieldColumns, type RowValues } from './row-values';

export type PhoneEncoder = (bytes: Buffer, start: number, end: number, country: string | null) => void;

export function createPhoneField(values: RowValues, field: FieldColumns): PhoneEncoder {
  const { columns } = values;
  const extension = columns.column('v_phone_extension');
  const options = new Map<string | null, { readonly defaultCountry: string | undefined }>();
  return (bytes, start, end, country) => {
    let given = options.get(country);
    if (given === undefined) options.set(country, (given = { defaultCountry: country ?? undefined }));
    const raw = textOf(bytes, start, end, isAscii(bytes, start, end) ? 0 : OTHER);
    const result = normalizePhone(raw, given);
    if (!result.ok) return values.refuse(field, result.code, bytes, start, end);
    values.put(field, raw, result.phone, bytes, start, end);
    if (result.extension !== undefined) columns.text(extension, result.extension);
  };
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  let all = 0;
  for (let at = start; at < end; at += 1) all |= bytes[at] ?? 0;
  return all < 0x80;
}
