import { AppError, type RouteContract } from '@bigdata/models';
import { ClientGone, type Exchange } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { found } from '../routing/match-route';
import { type CircuitBreaker } from './circuit-breaker';

export type Circuits = Readonly<Record<RouteContract['service'], CircuitBreaker>>;

/**
 * Refuses early what would fail late. Stands before the charge: nothing is reserved for a request that is not sent. Only
 * the service itself counts, never what another step says of something else, and never a request that it has not answered
 * because another step ended it.
 */
export function createBreakCircuit(circuits: Circuits): Step {
  return async (exchange, next) => {
    const { service } = found(exchange).contract;
    const leave = circuits[service].enter();
    try {
      await next();
      leave(exchange.code === 'upstream_failed' ? 'failure' : outcomeOf(exchange));
    } catch (error) {
      if (error instanceof ClientGone) leave('unknown');
      else leave(isFailureOf(service, error) ? 'failure' : outcomeOf(exchange));
      throw error;
    }
  };
}

function outcomeOf({ parts }: Exchange): 'success' | 'unknown' {
  return parts['upstream'] === undefined ? 'unknown' : 'success';
}

/** Unreachable, silent, or speaking what no client should see. A problem document is an answer of a service that works. */
function isFailureOf(service: string, error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.context['service'] === service &&
    ['unavailable', 'upstream_failed', 'query_timeout'].includes(error.code)
  );
}
