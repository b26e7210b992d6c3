/** Codes of errors of Node and of drivers. */

/** The first code in the error, in what caused it, or in what it is an aggregate of. */
export function codeOf(error: unknown): string | null {
  for (const link of chainOf(error)) {
    if ('code' in link && typeof link.code === 'string') return link.code;
  }
  return null;
}

/** The error, what caused it, and what it is an aggregate of: one entry per address that was tried. */
export function chainOf(error: unknown): Error[] {
  if (!isError(error)) return [];
  const inner = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  return [error, ...[error.cause, ...inner].flatMap(chainOf)];
}

/** `instanceof` is no test for what Node throws: it may come from another realm. */
export function isError(thrown: unknown): thrown is Error {
  return Object.prototype.toString.call(thrown) === '[object Error]';
}
