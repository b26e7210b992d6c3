/** New keys: the text to show once, and what is stored of it. */
import { generateApiKey, hashApiKey, type issuedKeySchema } from '@bigdata/models';
import { type Secret } from '@bigdata/platform';
import { type z } from 'zod';
import { type NewKey } from './key.repository';

export interface FreshKey {
  readonly stored: NewKey;
  readonly shown: z.output<typeof issuedKeySchema>;
}

export type KeyMint = (expiresAt: Date | null) => FreshKey;

/** @param randomBytes a cryptographic source, such as node:crypto's */
export function createKeyMint(pepper: Secret, randomBytes: (size: number) => Uint8Array): KeyMint {
  return (expiresAt) => {
    const { keyId, apiKey } = generateApiKey(randomBytes);
    return {
      stored: { id: keyId, hash: hashApiKey(apiKey, pepper.reveal()), expiresAt },
      shown: { id: keyId, api_key: apiKey, expires_at: expiresAt?.toISOString() ?? null },
    };
  };
}
