/** Errors on the wire: RFC 9457 problem documents, made from AppError alone. */
import { type ServerResponse } from 'node:http';
import { AppError, PROBLEM_CODES, type ProblemCode, PROBLEMS } from '@bigdata/models';
import { z } from 'zod';
import { STATUS_OF_KIND } from './statuses';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Seconds a caller waits before trying an unavailable service again, when nobody knows better. */
const RETRY_AFTER_S = 1;

export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.enum(PROBLEM_CODES),
  request_id: z.string(),
  retryable: z.boolean(),
  errors: z
    .array(z.object({ pointer: z.string(), detail: z.string(), hint: z.string().optional() }))
    .optional(),
});
export type ProblemDocument = z.output<typeof problemSchema>;

/** Anything thrown, as an AppError: what is not one already is a bug and tells the caller nothing. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError
    ? error
    : new AppError('internal', { detail: 'Something went wrong on our side.', cause: error });
}

export function statusOf(error: AppError): number {
  return STATUS_OF_KIND[error.kind];
}

export function toProblemDocument(error: AppError, instance: string, requestId: string): ProblemDocument {
  return {
    type: `/problems/${error.code}`,
    title: PROBLEMS[error.code].title,
    status: statusOf(error),
    detail: error.detail,
    instance,
    code: error.code,
    request_id: requestId,
    retryable: PROBLEMS[error.code].retryable,
    ...error.members,
    ...(error.errors.length > 0 ? { errors: [...error.errors] } : {}),
  };
}

/** Writes the whole answer. Does nothing but cut the connection when an answer has already begun. */
export function sendProblem(
  response: ServerResponse,
  error: AppError,
  instance: string,
  requestId: string,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = statusOf(error);
  const body = Buffer.from(JSON.stringify(toProblemDocument(error, instance, requestId)));
  if (status === 503 || status === 429) {
    response.setHeader('Retry-After', String(error.retryAfterS ?? RETRY_AFTER_S));
  }
  response.writeHead(status, {
    'Content-Type': PROBLEM_MEDIA_TYPE,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

/** The AppError that another service's problem document stands for. */
export function fromProblemDocument(body: unknown): AppError | null {
  const parsed = problemSchema.safeParse(body);
  if (!parsed.success) return null;
  const { code, detail, errors } = parsed.data;
  return new AppError(code satisfies ProblemCode, {
    detail,
    errors: (errors ?? []).map(({ hint, ...rest }) => (hint === undefined ? rest : { ...rest, hint })),
  });
}
