/** Which licences may be in what we hand on: those that ask for their notice and nothing of the code around them. */

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** An expression of SPDX, as its package.json has it. */
  readonly licence: string | undefined;
}

export const findLicenceProblems = (packages: readonly Licensed[]): string[] =>
  packages
    .filter(({ licence }) => licence === undefined || !isAllowed(licence))
    .map(({ name, version, licence }) => `${name} ${version}: ${licence ?? 'no licence'} is not allowed`);

/** Of alternatives one has to be allowed, of what holds together all. An expression that is not understood is not allowed. */
export function isAllowed(expression: string): boolean {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const either = (): boolean => {
    let allowed = both();
    while (tokens[at] === 'OR') {
      at += 1;
      allowed = both() || allowed;
    }
    return allowed;
  };
  const both = (): boolean => {
    let allowed = single();
    while (tokens[at] === 'AND') {
      at += 1;
      allowed = single() && allowed;
    }
    return allowed;
  };
  const single = (): boolean => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token !== '(') return ALLOWED.has(token);
    const allowed = either();
    const closed = tokens[at] === ')';
    at += 1;
    return allowed && closed;
  };
  const allowed = either();
  return allowed && at === tokens.length;
}
