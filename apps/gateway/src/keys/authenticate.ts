import { AppError, hashApiKey, parseApiKey, type ResolvedKey, sameHash } from '@bigdata/models';
import { type Secret } from '@bigdata/platform';
import { type Exchange } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { type ClientAddress } from '../door/client-address';
import { found } from '../routing/match-route';
import { mayCallFrom } from './allowed-addresses';
import { type KeyCache } from './key-cache';
import { presentedKey } from './presented-key';

const CHALLENGE = 'Bearer realm="bigdata-api"';

export interface AuthenticateOptions {
  readonly keys: KeyCache;
  readonly pepper: Secret;
  readonly clientAddress: ClientAddress;
}

/**
 * Finds out who calls. Every key that is wrong, for whatever reason, meets the same answer: one that is used from
 * an address that it does not allow too, so that whoever came by it does not learn that it works elsewhere.
 */
export function createAuthenticate({ keys, pepper, clientAddress }: AuthenticateOptions): Step {
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
    exchange.key = await exchange.timed('auth', verify(text));
    if (!exchange.key || !mayCallFrom(exchange.key, () => clientAddress(exchange.request))) {
      throw invalid(exchange);
    }
    await next();
  };

  async function verify(text: string): Promise<ResolvedKey | null> {
    const parsed = parseApiKey(text);
    if (!parsed) return null;
    const key = await keys(parsed.keyId);
    return key && sameHash(hashApiKey(parsed.apiKey, pepper.reveal()), key.hash) ? key : null;
  }
}

function invalid({ response }: Exchange): AppError {
  response.setHeader('WWW-Authenticate', `${CHALLENGE}, error="invalid_token"`);
  return new AppError('invalid_api_key', { detail: 'The API key is not valid.' });
}
