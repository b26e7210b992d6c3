import { toAsciiDomain } from './email-domain';
import { refused, type NormalizedValue } from './result';
import { boundedText } from './text';

const RAW_LENGTH_MAX = 2_048;
const INVALID = 'invalid_website';

/** An http or https address with a host name, as a URL: the scheme is added when missing, a bare "/" path left out. */
export const normalizeWebsite = (raw: string): NormalizedValue => {
  const text = boundedText(raw, RAW_LENGTH_MAX);
  if (typeof text !== 'string') return text;
  if (text.includes(' ')) return refused(INVALID);
  const withScheme = /^https?:\/\//i.test(text) ? text : `https://${text.replace(/^\/\//, '')}`;
  const url = URL.parse(withScheme);
  if (url?.username !== '' || url.password !== '') return refused(INVALID);
  const host = url.hostname.endsWith('.') ? url.hostname.slice(0, -1) : url.hostname;
  // The parser reads "mailto:x" after an added scheme as host and port, and 0x7f.1 as an address: only names pass.
  if (toAsciiDomain(host) !== host) return refused(INVALID);
  const port = url.port === '' ? '' : `:${url.port}`;
  const path = url.pathname === '/' && url.search === '' && url.hash === '' ? '' : url.pathname;
  const value = `${url.protocol}//${host}${port}${path}${url.search}${url.hash}`;
  return value.length > RAW_LENGTH_MAX ? refused('too_long') : { ok: true, value };
};
