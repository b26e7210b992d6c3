import { AppError, hashApiKey, parseApiKey, type ResolvedKey, sameHash } from '@bigdata/models';
import { type Secret } from '@bigdata/platform';
import { type Exchange } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { found } from '../routing/match-route';
import { type KeyCache } from './key-cache';
import { presentedKey } from './presented-key';

const CHALLENGE = 'Bearer realm="bigdata-api"';

/** Finds out who calls. Every key that is wrong, for whatever reason, meets the same answer. */
export function createAuthenticate({ keys, pepper }: { keys: KeyCache; pepper: Secret }): Step {
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
    if (!exchange.key) throw invalid(exchange);
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
