import { parseArgs } from 'node:util';

export const HELP = `npm run check:deploy -- [options]

Checks the files of deploy/ and docker-compose.yml, and says what this machine cannot check.

  --only NAME   only this check; may be given more than once
  --list        the names of the checks
  --help        this text
`;

export interface DeployOptions {
  readonly help: boolean;
  readonly list: boolean;
  /** Empty: all of them. */
  readonly only: readonly string[];
}

/** @throws TypeError for an option that is not known */
export function parseOptions(args: readonly string[]): DeployOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      list: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  return values;
}

/** @throws RangeError for a name that no check has */
export function selectChecks<T extends { readonly name: string }>(
  checks: readonly T[],
  only: readonly string[],
): readonly T[] {
  const unknown = only.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) {
    throw new RangeError(
      `There is no check "${unknown}", only ${checks.map(({ name }) => name).join(', ')}.`,
    );
  }
  return only.length === 0 ? checks : checks.filter(({ name }) => only.includes(name));
}
