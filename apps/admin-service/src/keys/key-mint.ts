/** New keys: the text to show once, and what is stored of it. */
import { generateApiKey, type IssuedKey, type Pepper } from '@bigdata/models';
import { type KeyRights, type NewKey } from './key.repository';

export interface FreshKey {
  readonly stored: NewKey;
  readonly shown: IssuedKey;
}

export type KeyMint = (rights: KeyRights) => FreshKey;

/** Everything that the role of its user allows, for ever. */
export const UNRESTRICTED: KeyRights = {
  name: null,
  scopes: null,
  allowed_addresses: null,
  fields: null,
  expires_at: null,
};

/** @param randomBytes a cryptographic source, such as node:crypto's */
export function createKeyMint(pepper: Pepper, randomBytes: (size: number) => Uint8Array): KeyMint {
  return (rights) => {
    const { keyId, apiKey } = generateApiKey(randomBytes);
    return {
      stored: { ...rights, id: keyId, hash: pepper.hash(apiKey), pepper_id: pepper.id },
      shown: { ...rights, id: keyId, api_key: apiKey, expires_at: rights.expires_at?.toISOString() ?? null },
    };
  };
}
