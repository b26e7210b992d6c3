/**
 * Answers that are worked out once for any number of callers and processes. Whoever comes first claims the work, the
 * others wait for what comes of it; a claimer that dies loses its claim. Without Redis everybody works for himself.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@bigdata/models';
import { type KeyNames } from './key-names';
import { type RedisConnection } from './open-redis';

export interface AnswerCacheOptions {
  readonly redis: RedisConnection;
  readonly keys: KeyNames;
  readonly keepMs: number;
  /** Longer than making an answer can take. */
  readonly claimMs: number;
}

export interface AnswerCache {
  /** @param id everything that the answer depends on; `make` fails for whoever called it and is not remembered */
  get(id: string, make: () => Promise<string>): Promise<string>;
}

const LOOK_EVERY_MS = 25;

export function createAnswerCache({ redis, keys, keepMs, claimMs }: AnswerCacheOptions): AnswerCache {
  const quietly = async (call: Promise<unknown>): Promise<void> => {
    await call.catch((error: unknown) => {
      if (!isAway(error)) throw error;
    });
  };
  return {
    async get(id, make) {
      const names = [keys.answer(id), keys.answerClaim(id)];
      const token = randomUUID();
      for (;;) {
        const reply = await redis
          .runScript('claimAnswer', names, [token, claimMs])
          .catch((error: unknown) => {
            if (isAway(error)) return null;
            throw error;
          });
        if (reply === null) return make();
        if (!isReply(reply)) throw new AppError('internal', { context: { script: 'claimAnswer' } });
        const [answer, claimed] = reply;
        if (answer !== null) return answer;
        if (claimed === 1) break;
        await delay(LOOK_EVERY_MS);
      }
      let made: string;
      try {
        made = await make();
      } catch (error) {
        await quietly(redis.runScript('dropClaim', names, [token]));
        throw error;
      }
      await quietly(redis.runScript('keepAnswer', names, [token, made, keepMs]));
      return made;
    },
  };
}

function isReply(reply: unknown): reply is readonly [string | null, number] {
  if (!Array.isArray(reply) || reply.length !== 2) return false;
  const [answer, claimed] = reply as readonly unknown[];
  return (answer === null || typeof answer === 'string') && typeof claimed === 'number';
}

function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable';
}
