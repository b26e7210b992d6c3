/** Untrusted input → typed value, or one AppError that names every mistake with its place. */
import { AppError, closest, type ProblemDetailError } from '@bigdata/models';
import { type z } from 'zod';

const ERRORS_MAX = 50;

/** @param prefix what the pointers start with: nothing for a body, `query` or `path` for the others */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, prefix: readonly string[] = []): T {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const complex = issues.some(
    (issue) => issue.code === 'custom' && issue.params?.['problem'] === 'query_too_complex',
  );
  const errors = issues.flatMap((issue) => toDetailErrors(issue, prefix)).slice(0, ERRORS_MAX);
  const first = errors[0];
  throw new AppError(complex ? 'query_too_complex' : 'invalid_request', {
    detail: first ? `${first.pointer}: ${first.detail}` : 'The request is not valid.',
    errors,
  });
}

function toDetailErrors(issue: z.core.$ZodIssue, prefix: readonly string[]): ProblemDetailError[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: toPointer([...path, key]), detail: 'unknown member' }));
  }
  const hint = hintOf(issue);
  return [{ pointer: toPointer(path), detail: issue.message, ...(hint === null ? {} : { hint }) }];
}

function hintOf(issue: z.core.$ZodIssue): string | null {
  if (issue.code === 'custom') {
    const hint: unknown = issue.params?.['hint'];
    return typeof hint === 'string' ? hint : null;
  }
  if (issue.code === 'invalid_value' && typeof issue.input === 'string') {
    const nearest = closest(issue.input, issue.values.map(String));
    return nearest === null ? null : `did you mean "${nearest}"?`;
  }
  return null;
}

/** RFC 6901 §6: a JSON pointer as a URI fragment. */
export function toPointer(path: readonly PropertyKey[]): string {
  return `#${path.map((step) => `/${encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;
}
