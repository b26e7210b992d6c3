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

/**
 * @param secret any; the key of the seal is derived from it
 * @param previous of answers that were sealed before the secret changed
 */
export function createAnswerSeal(secret: Secret, previous: readonly Secret[] = []): AnswerSeal {
  const key = keyOf(secret);
  const keys = [key, ...previous.map(keyOf)];
  return {
    seal({ body, ...head }, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
      const headLine = Buffer.from(`${JSON.stringify(head)}\n`);
      const parts = [cipher.update(headLine), cipher.update(body), cipher.final()];
      return Buffer.concat([nonce, cipher.getAuthTag(), ...parts]);
    },
    open(sealed, place) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
      let plain: Buffer | null = null;
      for (const candidate of keys) plain ??= openWith(candidate, sealed, place);
      if (!plain) return null;
      const headEnd = plain.indexOf('\n');
      const head = JSON.parse(plain.subarray(0, headEnd).toString('utf8')) as Omit<KeptAnswer, 'body'>;
      return { ...head, body: plain.subarray(headEnd + 1) };
    },
  };
}

function keyOf(secret: Secret): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'bigdata-api kept answers', 32));
}

function openWith(key: Buffer, sealed: Buffer, place: string): Buffer | null {
  const tagEnd = NONCE_BYTES + TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(place))
    .setAuthTag(sealed.subarray(NONCE_BYTES, tagEnd));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
  } catch {
    return null;
  }
}
