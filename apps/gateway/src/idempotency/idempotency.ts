/**
 * One effect and one charge for all requests of a user under one Idempotency-Key. A 2xx answer is kept before it leaves
 * and answers every retry; a refusal frees the key, since nothing was done and nothing charged. Credits are kept when an
 * answer was delivered: one that reached nobody is kept unpaid, and the retry that gets it pays for it. An answer that
 * holds records is given again only while nobody was erased since: afterwards it is made anew, uncharged.
 */
import { createHash, randomUUID } from 'node:crypto';
import { AppError, parseIdempotencyKey } from '@bigdata/models';
import { type Logger, type Metrics } from '@bigdata/platform';
import {
  type IdempotencyClaim,
  type IdempotencyOutcome,
  type IdempotencyStore,
  type IdempotentRequest,
} from '@bigdata/redis';
import { ClientGone, type Exchange, isSuccess } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { found } from '../routing/match-route';
import { type AnswerSeal, type KeptAnswer } from './kept-answer';
import { sendKeptAnswer } from './send-kept-answer';

/** Of answers without records, which no erasure changes. */
const LASTING = 'lasting';
/** Pauses while the first request's answer is on its way: a client that has just read it may ask at once. */
const DELIVERY_PAUSES_MS = [5, 10, 20, 50, 100, 200];

export interface IdempotencyOptions {
  readonly store: IdempotencyStore;
  readonly seal: AnswerSeal;
  /** Of an answer that is kept. */
  readonly answerBytesMax: number;
  readonly leaseMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

interface Run {
  readonly claimed: IdempotentRequest;
  readonly owner: string;
  /** What a kept answer is sealed for. */
  readonly place: string;
  readonly mark: string | null;
}

export function createIdempotency(options: IdempotencyOptions): Step {
  const { store, seal, answerBytesMax, leaseMs, logger, metrics } = options;
  const requests = metrics.counter(
    'gateway_idempotent_requests_total',
    'Requests with an Idempotency-Key, by what was made of them',
    { outcome: ['run', 'rerun', 'replay', 'running', 'delivering', 'reused', 'spent'] },
  );

  return async (exchange, next) => {
    const { request, response, key } = exchange;
    const header = request.headers['idempotency-key'];
    const text = request.method === 'POST' && typeof header === 'string' ? parseIdempotencyKey(header) : null;
    if (text === null || !key) {
      await next();
      return;
    }
    const claimed: IdempotentRequest = { userId: key.user_id, keyDigest: digestOf(text) };
    const place = `${claimed.userId}:${claimed.keyDigest}`;
    const owner = randomUUID();
    // As of before the service is asked: an erasure that comes meanwhile has another mark.
    const mark = found(exchange).contract.readsRecords === true ? key.erasure_mark : LASTING;
    const claim = await exchange.timed('idempotency', begin(claimed, owner, fingerprintOf(exchange), mark));
    requests.inc({ outcome: claim.kind });
    switch (claim.kind) {
      case 'reused':
        throw new AppError('idempotency_key_reused', {
          detail: 'This Idempotency-Key was sent with another request before.',
        });
      case 'running':
      case 'delivering':
        response.setHeader('Retry-After', '1');
        throw new AppError('idempotency_in_flight');
      case 'spent':
        throw new AppError('conflict', {
          detail: 'The answer to this Idempotency-Key could not be kept and was made anew often enough.',
        });
      case 'replay':
        if (exchange.match.kind === 'found' && exchange.match.contract.metered) {
          response.setHeader('X-Credits-Charged', 0);
          if (claim.remaining !== '') response.setHeader('X-Credits-Remaining', claim.remaining);
        }
        await sendKeptAnswer(exchange, opened(claim.answer, place));
        return;
      case 'run':
      case 'rerun':
        await run(exchange, next, claim, { claimed, owner, place, mark });
    }
  };

  async function begin(
    request: IdempotentRequest,
    owner: string,
    fingerprint: string,
    mark: string | null,
  ): Promise<IdempotencyClaim> {
    for (const pauseMs of DELIVERY_PAUSES_MS) {
      const claim = await store.begin(request, owner, fingerprint, mark);
      if (claim.kind !== 'delivering') return claim;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return store.begin(request, owner, fingerprint, mark);
  }

  async function run(
    exchange: Exchange,
    next: () => Promise<void>,
    claim: Extract<IdempotencyClaim, { kind: 'run' | 'rerun' }>,
    { claimed, owner, place, mark }: Run,
  ): Promise<void> {
    const { response } = exchange;
    const paid = claim.kind === 'rerun';
    if (paid && claim.remaining !== '') response.setHeader('X-Credits-Remaining', claim.remaining);
    exchange.retry = {
      answer: !paid && claim.answer ? opened(claim.answer, place) : null,
      chargeId: paid ? null : claim.chargeId,
      paid,
      answerBytesMax,
      keep: async (answer) => {
        await store.keep(claimed, owner, answer && seal.seal(answer, place), mark).catch(unrecorded);
      },
    };
    const renewal = setInterval(() => void store.extend(claimed, owner).catch(unrecorded), leaseMs / 3);
    let outcome: IdempotencyOutcome = 'refused';
    try {
      await next();
      outcome = exchange.delivered && isSuccess(response.statusCode) ? 'paid' : 'undelivered';
    } catch (error) {
      if (error instanceof ClientGone) outcome = 'undelivered';
      throw error;
    } finally {
      clearInterval(renewal);
      const remaining = String(response.getHeader('X-Credits-Remaining') ?? '');
      await store.end(claimed, owner, outcome, remaining).catch(unrecorded);
    }
  }

  /** The claim then ends with its lease, and a retry does what this request did once more. */
  function unrecorded(error: unknown): void {
    logger.warn('an idempotent request could not be recorded', { error });
  }

  function opened(sealed: Buffer, place: string): KeptAnswer {
    const answer = seal.open(sealed, place);
    // Kept under an earlier secret: what it said is lost, and running it again could do it twice.
    if (!answer) throw new AppError('conflict', { detail: 'The kept answer cannot be read any more.' });
    return answer;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** The same request: route, query string, format asked for, and body, byte for byte. */
function fingerprintOf({ path, search, request, body }: Exchange): string {
  return createHash('sha256')
    .update(JSON.stringify([path, search, request.headers.accept ?? '*/*']))
    .update(body ?? '')
    .digest('base64url');
}
