/** A service's own problem document, on its way to the client unchanged. */
import { type IncomingHttpHeaders } from 'node:http';
import { type ProblemCode } from '@bigdata/models';
import { type Exchange } from '../chain/exchange';
import { headersToClient } from './forwarded-headers';

/** Thrown rather than written: the steps before the proxy undo what they did before the client reads its refusal. */
export class UpstreamProblem extends Error {
  override readonly name = 'UpstreamProblem';

  constructor(
    readonly code: ProblemCode,
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    readonly body: Buffer,
  ) {
    super(code);
  }
}

export function sendUpstreamProblem({ response }: Exchange, problem: UpstreamProblem): void {
  const { status, headers, body } = problem;
  if (status === 503 || status === 429) response.setHeader('Retry-After', '1');
  response.writeHead(status, { ...headersToClient(headers), 'content-length': String(body.length) });
  response.end(body);
}
