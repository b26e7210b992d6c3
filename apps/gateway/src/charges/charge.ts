import { randomUUID } from 'node:crypto';
import { AppError, newChargeId, type Price, type ResolvedKey, type RouteContract } from '@bigdata/models';
import { ClientGone, type Exchange, isSuccess } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { found } from '../routing/match-route';
import { recordsMaxOf } from './records-max';
import { type Reservation, type Wallets } from './wallets';

export interface ChargeOptions {
  readonly wallets: Wallets;
  /** Credits for one request to a metered route, and for each record of its answer. */
  readonly priceOf: (contract: RouteContract, key: ResolvedKey) => Price;
  /** Row cap of a streamed answer, for keys without one of their own. */
  readonly streamRowsMax: number;
}

const FREE: Price = Object.freeze({ base: 0, per_record: 0 });

/**
 * Takes the most that the answer can cost, and keeps what was delivered of it, nothing unless a 2xx was delivered whole.
 * A wallet that is known to cover it is charged while the service works: the answer waits for the charge, and without one
 * nothing of it leaves. Any other is charged first. A refusal reaches the client after its credits are back: whoever
 * looks then sees that nothing was charged.
 */
export function createCharge({ wallets, priceOf, streamRowsMax }: ChargeOptions): Step {
  return async (exchange, next) => {
    const { contract } = found(exchange);
    const { base, per_record } = contract.metered && exchange.key ? priceOf(contract, exchange.key) : FREE;
    if (exchange.key && per_record > 0) exchange.rowsMax = rowsMaxOf(exchange, contract, exchange.key);
    const amount = costOf(exchange.rowsMax ?? 0);
    if (amount === 0 || !exchange.key) {
      await next();
      return;
    }
    const { requestId, response, key, retry } = exchange;
    if (retry?.paid) {
      response.setHeader('X-Credits-Charged', 0);
      await next();
      return;
    }
    const charge = {
      charge_id: retry?.chargeId ?? newChargeId(Date.now()),
      request_id: requestId,
      user_id: key.user_id,
      amount,
      ...(retry ? { attempt: randomUUID() } : {}),
    };
    // An answer for an Idempotency-Key is kept as soon as it is there: by then it must be paid for.
    const isBeside = retry === null && wallets.cover(key.user_id, amount);
    const reserving = reserve();
    // Whoever waits for it hears of its failure, and nobody does who has left before.
    reserving.catch(() => undefined);
    let keep = false;
    try {
      if (isBeside) exchange.paid = reserving;
      else await reserving;
      if (response.destroyed) throw new ClientGone();
      await next();
      keep = exchange.delivered && isSuccess(response.statusCode);
    } finally {
      exchange.credits = keep ? costOf(exchange.rows) : 0;
      const reservation = await reserving.catch(() => null);
      if (keep) reservation?.keep(exchange.credits);
      else await reservation?.giveBack();
    }

    async function reserve(): Promise<Reservation> {
      const span = exchange.span.child('charge');
      const reservation = await exchange.timed('charge', wallets.reserve(charge, span), span);
      const { balance } = reservation;
      if (!reservation.reserved) {
        setCreditHeaders(exchange, 0, balance);
        throw new AppError('insufficient_credits', {
          detail:
            amount === base
              ? `This request costs ${amount}, the balance is ${balance}.`
              : `This request may cost ${amount}, the balance is ${balance}. A smaller \`limit\` needs less.`,
          members: { balance, required: amount },
        });
      }
      exchange.onHead((status) => {
        // Of a stream nobody knows its rows yet: it says what is reserved.
        const charged = exchange.rowsTold ? costOf(exchange.rows) : amount;
        if (isSuccess(status)) setCreditHeaders(exchange, charged, balance + amount - charged);
        else setCreditHeaders(exchange, 0, balance + amount);
      });
      return reservation;
    }

    function costOf(rows: number): number {
      const priced = Math.min(rows, exchange.rowsMax ?? 0);
      return Math.min(base + per_record * priced, Number.MAX_SAFE_INTEGER);
    }
  };

  function rowsMaxOf({ request, body }: Exchange, contract: RouteContract, key: ResolvedKey): number | null {
    return recordsMaxOf({ contract, key, accept: request.headers.accept, body }, streamRowsMax) || null;
  }
}

function setCreditHeaders({ response }: Exchange, charged: number, remaining: number): void {
  response.setHeader('X-Credits-Charged', charged);
  response.setHeader('X-Credits-Remaining', remaining);
}
