/** Whom a request is about, in the form in which loads store it. */
import { AppError, type createErasureSchema, type ErasureSubject } from '@bigdata/models';
import { normalizeCountry, normalizeEmail, normalizePhone } from '@bigdata/normalization';
import { type z } from 'zod';

type Request = z.output<typeof createErasureSchema>;

/** @throws AppError `invalid_request`, which does not repeat what was given */
export function toErasureSubject({ email, phone, record_id, country }: Request): ErasureSubject {
  if (email !== undefined) {
    const result = normalizeEmail(email);
    if (!result.ok) throw unreadable('#/email', 'This is no e-mail address.', result.code);
    return { kind: 'email', value: result.matchKey };
  }
  if (phone !== undefined) {
    const result = normalizePhone(phone, { defaultCountry: toCountry(country) });
    const hint = country === undefined ? 'write it with its calling code, or name its country' : undefined;
    if (!result.ok) throw unreadable('#/phone', 'This is no telephone number.', hint ?? result.code);
    return { kind: 'phone', value: result.phone };
  }
  if (record_id === undefined) throw new Error('the schema let a request without a subject through');
  return { kind: 'record_id', value: record_id };
}

function toCountry(country: string | undefined): string | undefined {
  if (country === undefined) return undefined;
  const result = normalizeCountry(country);
  if (!result.ok) throw unreadable('#/country', 'There is no such country.', result.code);
  return result.value;
}

function unreadable(pointer: string, detail: string, hint: string): AppError {
  return new AppError('invalid_request', {
    detail: `${pointer}: ${detail}`,
    errors: [{ pointer, detail, hint }],
  });
}
