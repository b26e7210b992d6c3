/**
 * An answer as it is kept for retries: sealed, because it carries records and, once, API keys, none of which may be
 * readable in Redis or in its snapshots.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { type Secret } from '@bigdata/platform';

export interface KeptAnswer {
  readonly status: number;
  /** As they go to a client. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** Told by the service, for the request log. */
  readonly rows: number;
}

export interface AnswerSeal {
  /** @param place bound to the answer: it opens nowhere else */
  seal(answer: KeptAnswer, place: string): Buffer;
  /** Null for one that was sealed under another secret or for another place. */
  open(sealed: Buffer, place: string): KeptAnswer | null;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param secret any; the key of the seal is derived from it */
export function createAnswerSeal(secret: Secret): AnswerSeal {
  const key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'bigdata-api kept answers', 32));
  return {
    seal({ body, ...head }, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
      const headLine = Buffer.from(`${JSON.stringify(head)}\n`);
      const parts = [cipher.update(headLine), cipher.update(body), cipher.final()];
      return Buffer.concat([nonce, cipher.getAuthTag(), ...parts]);
    },
    open(sealed, place) {
      const tagEnd = NONCE_BYTES + TAG_BYTES;
      if (sealed.length < tagEnd) return null;
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(place))
        .setAuthTag(sealed.subarray(NONCE_BYTES, tagEnd));
      let plain: Buffer;
      try {
        plain = Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
      } catch {
        return null;
      }
      const headEnd = plain.indexOf('\n');
      const head = JSON.parse(plain.subarray(0, headEnd).toString('utf8')) as Omit<KeptAnswer, 'body'>;
      return { ...head, body: plain.subarray(headEnd + 1) };
    },
  };
}
