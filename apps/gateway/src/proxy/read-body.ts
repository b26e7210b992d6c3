import { type IncomingMessage } from 'node:http';
import { ClientGone } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { found, tooLarge } from '../routing/match-route';

/** A JSON body that takes longer than this to arrive will not be waited for. */
const ARRIVAL_MS = 30_000;

/**
 * Takes a JSON body in whole, before anything is reserved or asked: a client that sends slowly holds no credits
 * and no connection of a service, and a body over the limit is refused before a service sees any of it.
 * Uploads are not touched.
 */
export function createReadBody(bodyLimitBytes: number): Step {
  return async (exchange, next) => {
    const { contract } = found(exchange);
    if (contract.body !== null && contract.body !== 'stream' && hasBody(exchange.request)) {
      exchange.askForBody();
      exchange.body = await readWhole(exchange.request, bodyLimitBytes);
    }
    await next();
  };
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** @throws ClientGone, also when the client had gone before, for then no event tells of it any more */
export function readWhole(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  if (request.destroyed) return Promise.reject(new ClientGone());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > bytesMax) settle(() => reject(tooLarge(bytesMax)));
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks, bytes)));
    const onClose = (): void => settle(() => reject(new ClientGone()));
    const late = setTimeout(() => request.destroy(), ARRIVAL_MS);
    const settle = (outcome: () => void): void => {
      clearTimeout(late);
      request.off('data', onData).off('end', onEnd).off('close', onClose).pause();
      outcome();
    };
    // A connection that breaks emits both; without a listener `error` would be uncaught.
    request.on('error', () => undefined);
    request.on('data', onData).once('end', onEnd).once('close', onClose);
  });
}
