import { AppError, newChargeId, type ResolvedKey, type RouteContract } from '@bigdata/models';
import { ClientGone, type Exchange, isSuccess } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { found } from '../routing/match-route';
import { type Wallets } from './wallets';

export interface ChargeOptions {
  readonly wallets: Wallets;
  /** Credits for one request to a metered route. */
  readonly priceOf: (contract: RouteContract, key: ResolvedKey) => number;
}

/**
 * Takes the price before anything is asked of the service, and keeps it only for a 2xx that was delivered. A refusal
 * reaches the client after its credits are back: whoever looks then sees that nothing was charged.
 */
export function createCharge({ wallets, priceOf }: ChargeOptions): Step {
  return async (exchange, next) => {
    const { contract } = found(exchange);
    const amount = contract.metered && exchange.key ? priceOf(contract, exchange.key) : 0;
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
    const reservation = await exchange.timed(
      'charge',
      wallets.reserve({
        charge_id: retry?.chargeId ?? newChargeId(Date.now()),
        request_id: requestId,
        user_id: key.user_id,
        amount,
      }),
    );
    const { balance } = reservation;
    if (!reservation.reserved) {
      setCreditHeaders(exchange, 0, balance);
      throw new AppError('insufficient_credits', {
        detail: `This request costs ${amount}, the balance is ${balance}.`,
        members: { balance, required: amount },
      });
    }
    exchange.onHead((status) => {
      if (isSuccess(status)) setCreditHeaders(exchange, amount, balance);
      else setCreditHeaders(exchange, 0, balance + amount);
    });
    let keep = false;
    try {
      if (response.destroyed) throw new ClientGone();
      await next();
      keep = exchange.delivered && isSuccess(response.statusCode);
    } finally {
      exchange.credits = keep ? amount : 0;
      if (keep) reservation.keep();
      else await reservation.giveBack();
    }
  };
}

function setCreditHeaders({ response }: Exchange, charged: number, remaining: number): void {
  response.setHeader('X-Credits-Charged', charged);
  response.setHeader('X-Credits-Remaining', remaining);
}
