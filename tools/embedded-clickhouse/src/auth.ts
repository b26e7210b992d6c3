import { timingSafeEqual, createHash } from 'node:crypto';
import { ClickHouseError } from './clickhouse-error';

/** The three ways a request may name its user; only one of them may be used. */
export type Credentials = {
  readonly authorization: string | undefined;
  readonly headerUser: string | undefined;
  readonly headerKey: string | undefined;
  readonly urlUser: string | undefined;
  readonly urlPassword: string | undefined;
};

/** Passes for the one user there is; throws AUTHENTICATION_FAILED. */
export function authenticate(credentials: Credentials, user: string, password: string): void {
  const given = readCredentials(credentials);
  if (given.user === user && isSame(given.password, password)) return;
  throw ClickHouseError.of(
    516,
    `${given.user}: Authentication failed: password is incorrect, or there is no user with such name.`,
  );
}

function readCredentials(credentials: Credentials): { user: string; password: string } {
  const { authorization, headerUser, headerKey, urlUser, urlPassword } = credentials;
  const hasHeaders = headerUser !== undefined || headerKey !== undefined;
  const hasUrl = urlUser !== undefined || urlPassword !== undefined;
  if (hasHeaders && authorization !== undefined)
    throw mixed('X-ClickHouse HTTP headers', 'Authorization HTTP header');
  if (hasHeaders && hasUrl) throw mixed('X-ClickHouse HTTP headers', 'authentication via parameters');
  if (authorization !== undefined && hasUrl)
    throw mixed('Authorization HTTP header', 'authentication via parameters');
  if (hasHeaders) return { user: headerUser ?? 'default', password: headerKey ?? '' };
  if (authorization !== undefined) return parseBasic(authorization);
  return { user: urlUser ?? 'default', password: urlPassword ?? '' };
}

function mixed(one: string, other: string): ClickHouseError {
  return ClickHouseError.of(
    516,
    `Invalid authentication: it is not allowed to use ${one} and ${other} simultaneously`,
  );
}

function parseBasic(authorization: string): { user: string; password: string } {
  const [, encoded] = /^basic\s+([A-Za-z0-9+/=_-]*)\s*$/i.exec(authorization) ?? [];
  if (encoded === undefined)
    throw ClickHouseError.of(
      516,
      `Invalid authentication: '${authorization.split(/\s/, 1)[0] ?? ''}' HTTP Authorization scheme is not supported`,
    );
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0
    ? { user: text || 'default', password: '' }
    : { user: text.slice(0, colon) || 'default', password: text.slice(colon + 1) };
}

/** Compares digests, so that neither length nor a common beginning shows in the time it takes. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
