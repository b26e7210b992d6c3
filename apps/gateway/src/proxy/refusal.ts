/** What an answer of a service that is not 2xx is to the client. */
import { type IncomingHttpHeaders } from 'node:http';
import { AppError, type ProblemCode, type RouteContract } from '@bigdata/models';
import { fromProblemDocument, PROBLEM_MEDIA_TYPE } from '@bigdata/platform';
import { UpstreamProblem } from './upstream-problem';

/** A problem document of ours is handed on; anything else is an upstream that failed. */
export function toRefusal(
  contract: RouteContract,
  { status, headers }: { status: number; headers: IncomingHttpHeaders },
  body: Buffer,
): AppError | UpstreamProblem {
  const code = problemCodeOf(headers, body);
  // A service's 401 is about the identity between us and it: nothing that the client could mend.
  return code === null || status === 401
    ? badAnswer(contract, status)
    : new UpstreamProblem(code, status, headers, body);
}

function problemCodeOf(headers: IncomingHttpHeaders, body: Buffer): ProblemCode | null {
  if (!headers['content-type']?.startsWith(PROBLEM_MEDIA_TYPE)) return null;
  try {
    return fromProblemDocument(JSON.parse(body.toString('utf8')))?.code ?? null;
  } catch {
    return null;
  }
}

export function badAnswer(contract: RouteContract, status: number | undefined): AppError {
  return new AppError('upstream_failed', {
    context: { route: contract.id, service: contract.service, status },
  });
}
