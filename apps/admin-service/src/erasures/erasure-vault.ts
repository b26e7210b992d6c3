/**
 * What ERASURE_KEY is for: hashes by which an erased person is known again, and the encryption of the identifier until
 * everything is deleted. Every use has a key of its own, derived from the one in the configuration.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { ERASURE_SUBJECT_KINDS, type ErasedHashes, type ErasureSubject } from '@bigdata/models';
import { IDENTIFIER_KEY_BYTES, IdentifierHash } from '@bigdata/normalization';
import { type Secret } from '@bigdata/platform';

export interface ErasureVault {
  /** The keys that the hashes of the list are made with. */
  readonly listKeys: ErasedHashes['keys'];
  /** For the receipt: 64 hexadecimal characters. */
  subjectHash(subject: ErasureSubject): string;
  /** For the list that rows of a load are compared with: 16 hexadecimal characters. */
  listHash(subject: ErasureSubject): string;
  seal(subject: ErasureSubject): Buffer;
  /** @throws Error when it was sealed with another key or for another kind */
  open(kind: ErasureSubject['kind'], sealed: Buffer): ErasureSubject;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createErasureVault(secret: Secret): ErasureVault {
  const derive = (use: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret.reveal(), '', `bigdata erasure ${use}`, bytes));
  const listKey = (kind: ErasureSubject['kind']): Buffer => derive(`list ${kind}`, IDENTIFIER_KEY_BYTES);
  const subjectKey = derive('subject', 32);
  const sealKey = derive('seal', 32);
  const hashes = new Map(ERASURE_SUBJECT_KINDS.map((kind) => [kind, new IdentifierHash(listKey(kind))]));

  return {
    listKeys: {
      email: listKey('email').toString('hex'),
      phone: listKey('phone').toString('hex'),
      record_id: listKey('record_id').toString('hex'),
    },
    subjectHash: ({ kind, value }) =>
      createHmac('sha256', subjectKey).update(`${kind}\0${value}`).digest('hex'),
    listHash: ({ kind, value }) =>
      hashes.get(kind)?.hex(Buffer.from(value, kind === 'record_id' ? 'hex' : 'utf8')) ?? '',
    seal({ kind, value }) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, sealKey, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(kind));
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    open(kind, sealed) {
      const textAt = NONCE_BYTES + TAG_BYTES;
      const decipher = createDecipheriv(CIPHER, sealKey, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(kind));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, textAt));
      const value = Buffer.concat([decipher.update(sealed.subarray(textAt)), decipher.final()]).toString(
        'utf8',
      );
      return { kind, value };
    },
  };
}
