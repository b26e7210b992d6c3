import { AppError, parseApiKey, type ResolvedKey } from '@bigdata/models';
import { type Exchange } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { type ClientAddress } from '../door/client-address';
import { found } from '../routing/match-route';
import { mayCallFrom } from './allowed-addresses';
import { type FailedAttempts } from './failed-attempts';
import { type HashRenewal } from './hash-renewal';
import { type KeyCache } from './key-cache';
import { type KeyHashes } from './key-hashes';
import { presentedKey } from './presented-key';

/** As long as a hash, and the hash of nothing. */
const NO_HASH = '0'.repeat(64);
const CHALLENGE = 'Bearer realm="bigdata-api"';

export interface AuthenticateOptions {
  readonly keys: KeyCache;
  readonly hashes: KeyHashes;
  readonly renewHash: HashRenewal;
  readonly clientAddress: ClientAddress;
  readonly attempts: FailedAttempts;
}

/**
 * Finds out who calls. Every key that is wrong, for whatever reason, meets the same answer: one that is used from
 * an address that it does not allow too, so that whoever came by it does not learn that it works elsewhere.
 */
export function createAuthenticate(options: AuthenticateOptions): Step {
  const { keys, hashes, renewHash, clientAddress, attempts } = options;
  return async (exchange, next) => {
    const presented = presentedKey(exchange.request.headers);
    if (presented.kind === 'none') {
      found(exchange);
      exchange.response.setHeader('WWW-Authenticate', CHALLENGE);
      throw new AppError('missing_api_key', {
        detail: 'Send your key as x-api-key, or as Authorization: Bearer.',
      });
    }
    const text = presented.kind === 'key' ? presented.text : '';
    const key = await exchange.timed('auth', verify(exchange, text));
    exchange.key = key;
    if (!key || !mayCallFrom(key, () => clientAddress(exchange.request))) {
      const address = clientAddress(exchange.request);
      if (address !== null) attempts.failed(address);
      throw invalid(exchange);
    }
    attempts.succeeded(key.id, key.hash);
    await next();
  };

  async function verify({ request }: Exchange, text: string): Promise<ResolvedKey | null> {
    const parsed = parseApiKey(text);
    const given = parsed ? hashes(parsed.apiKey) : null;
    const known = parsed ? attempts.knownHash(parsed.keyId) : undefined;
    // Whoever sends a key that was valid a moment ago is not guessing.
    if (!given || known === undefined || !given.include(known)) refuseGuessing(clientAddress(request));
    if (!parsed || !given) return null;
    const key = await keys(parsed.keyId);
    // The same work for a key id that stands for nothing.
    if (!given.include(key?.hash ?? NO_HASH) || !key) return null;
    renewHash(key, given.current);
    return key;
  }

  function refuseGuessing(address: string | null): void {
    const waitS = address === null ? 0 : attempts.waitS(address);
    if (waitS === 0) return;
    throw new AppError('rate_limited', {
      detail: `Too many requests with keys that are not valid came from this address. Try again in ${waitS} s.`,
      retryAfterS: waitS,
    });
  }
}

function invalid({ response }: Exchange): AppError {
  response.setHeader('WWW-Authenticate', `${CHALLENGE}, error="invalid_token"`);
  return new AppError('invalid_api_key', { detail: 'The API key is not valid.' });
}
