/**
 * Configuration, read once in main.ts: environment over `.env` over `config.yaml`, all three under the same
 * names. A secret may also lie in a file, whose path stands under its name with `_FILE` after it, so that no
 * environment shows it. All problems are reported together; a value that is wrong is named, never printed when it
 * is a secret.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { type Setting } from './settings';

export type ConfigSpec = Readonly<Record<string, Setting<unknown>>>;

export type ConfigOf<S extends ConfigSpec> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`the configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * @param env usually process.env; `CONFIG_FILE` in it names another file than config.yaml
 * @param folder where `.env` and `config.yaml` are looked for
 * @throws ConfigError with every problem found
 */
export function loadConfig<const S extends ConfigSpec>(
  spec: S,
  env: Environment,
  folder: string,
): ConfigOf<S> {
  const values = { ...readYaml(env, folder), ...readDotEnv(folder), ...definedOnly(env) };
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(spec)) {
    const read = readGiven(setting, values);
    if ('problem' in read) {
      problems.push(read.problem);
      continue;
    }
    const given = read.text ?? setting.fallback;
    if (given === null || (given === '' && setting.fallback === null)) {
      if (setting.optional) config[name] = null;
      else problems.push(`${setting.env} is required: ${setting.describe}`);
      continue;
    }
    const parsed = setting.schema.safeParse(given);
    if (parsed.success) config[name] = parsed.data;
    else problems.push(`${setting.env}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config) as ConfigOf<S>;
}

/** A setting as documents show it; a default that is a secret does not exist. */
export interface SettingDescription {
  readonly env: string;
  readonly describe: string;
  readonly fallback: string | null;
  readonly secret: boolean;
  readonly optional: boolean;
}

export function describeSettings(spec: ConfigSpec): SettingDescription[] {
  return Object.values(spec).map(({ env, describe, fallback, secret, optional }) => ({
    env,
    describe,
    fallback,
    secret,
    optional,
  }));
}

type Given = { readonly text: string | undefined } | { readonly problem: string };

/** The text of a setting; of a secret, also out of the file that NAME_FILE names. */
function readGiven({ env, secret }: Setting<unknown>, values: Readonly<Record<string, string>>): Given {
  const text = values[env];
  const file = secret ? values[`${env}_FILE`] : undefined;
  if (file === undefined) return { text };
  if (text !== undefined) return { problem: `${env} and ${env}_FILE are both set: give one of them` };
  try {
    // Editors and `echo` end a file with a line break that is no part of the secret.
    return { text: readFileSync(file, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    return { problem: `${env}_FILE: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function definedOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

function readDotEnv(folder: string): Record<string, string> {
  const file = path.join(folder, '.env');
  return existsSync(file) ? definedOnly(parseEnv(readFileSync(file, 'utf8'))) : {};
}

function readYaml(env: Environment, folder: string): Record<string, string> {
  const named = env['CONFIG_FILE'];
  const file = named ?? path.join(folder, 'config.yaml');
  if (named === undefined && !existsSync(file)) return {};
  let content: unknown;
  try {
    content = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError([`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigError([`${file}: must be a mapping of setting to value`]);
  }
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, String(value)]));
}
