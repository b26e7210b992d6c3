import { AppError } from '@bigdata/models';
import { answerEnded, type Exchange } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { type RouteMatch, type RouteTable } from './route-table';

/** Finds the contract. Says nothing about it yet, except to OPTIONS: a path that is not there may need a key. */
export function createMatchRoute(table: RouteTable): Step {
  return async (exchange, next) => {
    const { request, response, path } = exchange;
    exchange.match = table(request.method ?? 'GET', path);
    if (exchange.match.kind !== 'options') {
      await next();
      return;
    }
    response.writeHead(204, { Allow: exchange.match.allow });
    response.end();
    exchange.delivered = await answerEnded(response);
  };
}

/** Refuses what no contract serves, administrators' routes to everybody else, and what the key's scopes leave out. */
export function createAdmit(bodyLimitBytes: number): Step {
  return async (exchange, next) => {
    const { contract } = found(exchange);
    if (contract.access === 'admin' && exchange.key?.role !== 'admin') {
      throw new AppError('forbidden', { detail: 'This route is for administrators.' });
    }
    const scopes = exchange.key?.scopes ?? null;
    if (contract.scope !== null && scopes !== null && !scopes.includes(contract.scope)) {
      throw new AppError('forbidden', { detail: `This key lacks the scope "${contract.scope}".` });
    }
    const declaredBytes = Number(exchange.request.headers['content-length'] ?? 0);
    if (contract.body !== 'stream' && declaredBytes > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
    await next();
  };
}

/** @throws AppError `not_found` or `method_not_allowed`, with Allow */
export function found({ match, response }: Exchange): Extract<RouteMatch, { kind: 'found' }> {
  switch (match.kind) {
    case 'found':
      return match;
    case 'wrong_method':
    case 'options':
      response.setHeader('Allow', match.allow);
      throw new AppError('method_not_allowed', { detail: `This path answers ${match.allow}.` });
    case 'unmatched':
      throw new AppError('not_found', { detail: 'There is no such route.' });
  }
}

export function tooLarge(bodyLimitBytes: number): AppError {
  return new AppError('payload_too_large', { detail: `A JSON body holds at most ${bodyLimitBytes} bytes.` });
}
