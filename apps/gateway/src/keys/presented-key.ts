/** Where a request may carry its key: two headers, never the URL. */
import { type IncomingHttpHeaders } from 'node:http';

export type PresentedKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'contradiction' }
  | { readonly kind: 'key'; readonly text: string };

const BEARER = /^bearer +(\S.*)$/i;

export function presentedKey(headers: IncomingHttpHeaders): PresentedKey {
  const header = headers['x-api-key'];
  const plain = typeof header === 'string' && header !== '' ? header : null;
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1]?.trimEnd() ?? null;
  if (plain !== null && bearer !== null && plain !== bearer) return { kind: 'contradiction' };
  const text = plain ?? bearer;
  return text === null ? { kind: 'none' } : { kind: 'key', text };
}
