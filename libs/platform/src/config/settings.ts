/** Kinds of settings. Each reads the text of an environment variable and gives a typed value. */
import { addressRangeSchema } from '@bigdata/models';
import { z } from 'zod';
import { Secret } from './secret';

export interface Setting<T> {
  /** Name of the environment variable, and of the entry in config.yaml. */
  readonly env: string;
  readonly describe: string;
  readonly schema: z.ZodType<T, string>;
  /** Text used when nothing is set; `null` makes the setting required, unless it is optional. */
  readonly fallback: string | null;
  /** The value is null when nothing is set. */
  readonly optional: boolean;
  readonly secret: boolean;
}

interface Options {
  /** Left out: the setting is required. */
  readonly fallback?: string;
}

function setting<T>(
  env: string,
  describe: string,
  schema: z.ZodType<T, string>,
  options: Options,
  secret = false,
): Setting<T> {
  return { env, describe, schema, fallback: options.fallback ?? null, optional: false, secret };
}

export const text = (env: string, describe: string, options: Options = {}): Setting<string> =>
  setting(env, describe, z.string().min(1), options);

export const integer = (
  env: string,
  describe: string,
  options: Options & { min?: number; max?: number } = {},
): Setting<number> =>
  setting(
    env,
    describe,
    z
      .string()
      .regex(/^-?\d+$/, 'must be a whole number')
      .transform(Number)
      .pipe(
        z
          .int()
          .min(options.min ?? 0)
          .max(options.max ?? Number.MAX_SAFE_INTEGER),
      ),
    options,
  );

/** A share, from 0 to 1. */
export const ratio = (env: string, describe: string, options: Options = {}): Setting<number> =>
  setting(
    env,
    describe,
    z
      .string()
      .regex(/^\d(\.\d+)?$/, 'must be a number from 0 to 1')
      .transform(Number)
      .pipe(z.number().max(1)),
    options,
  );

/** 0 lets the system pick a free port. */
export const port = (env: string, describe: string, options: Options = {}): Setting<number> =>
  integer(env, describe, { ...options, min: 0, max: 65_535 });

export const boolean = (env: string, describe: string, options: Options = {}): Setting<boolean> =>
  setting(
    env,
    describe,
    z.enum(['true', 'false']).transform((value) => value === 'true'),
    options,
  );

export const oneOf = <const T extends readonly [string, ...string[]]>(
  env: string,
  describe: string,
  values: T,
  options: Options = {},
): Setting<T[number]> => setting<T[number]>(env, describe, z.string().pipe(z.enum(values)), options);

/** Several values separated by the platform's neutral separator, a comma; empty entries are dropped. */
export const list = (env: string, describe: string, options: Options = {}): Setting<readonly string[]> =>
  setting(
    env,
    describe,
    z.string().transform((value) =>
      value
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    ),
    options,
  );

/** Addresses and ranges of addresses (CIDR), separated by commas. */
export const addressRanges = (
  env: string,
  describe: string,
  options: Options = {},
): Setting<readonly string[]> => {
  const texts = list(env, describe, options);
  return {
    ...texts,
    schema: texts.schema.refine(
      (values) => values.every((value) => addressRangeSchema.safeParse(value).success),
      'must be addresses or ranges such as 10.0.0.0/8, separated by commas',
    ),
  };
};

export const url = (
  env: string,
  describe: string,
  protocols: readonly string[],
  options: Options = {},
): Setting<URL> =>
  setting(
    env,
    describe,
    z
      .string()
      .refine((value) => URL.canParse(value), 'must be a URL')
      .transform((value) => new URL(value))
      .refine(
        ({ protocol }) => protocols.includes(protocol.replace(':', '')),
        `must start with ${protocols.map((name) => `${name}://`).join(' or ')}`,
      ),
    options,
  );

/** Like `url`, but it carries a password and therefore never prints. */
export const secretUrl = (env: string, describe: string, protocols: readonly string[]): Setting<Secret> =>
  setting(
    env,
    describe,
    z
      .string()
      .refine(
        (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol.replace(':', '')),
        `must be a URL that starts with ${protocols.map((name) => `${name}://`).join(' or ')}`,
      )
      .transform((value) => new Secret(value)),
    {},
    true,
  );

/** A secret has no default, ever. */
export const secret = (env: string, describe: string, options: { minChars: number }): Setting<Secret> =>
  setting(
    env,
    describe,
    z
      .string()
      .min(options.minChars, `must hold at least ${options.minChars} characters`)
      .transform((value) => new Secret(value)),
    {},
    true,
  );

/** Several secrets separated by commas; none when nothing is set. */
export const secrets = (
  env: string,
  describe: string,
  { minChars }: { minChars: number },
): Setting<readonly Secret[]> => {
  const texts = list(env, describe, { fallback: '' });
  return {
    ...texts,
    schema: texts.schema
      .refine(
        (values) => values.every(({ length }) => length >= minChars),
        `must each hold at least ${minChars} characters`,
      )
      .transform((values) => values.map((value) => new Secret(value))),
    secret: true,
  };
};

/** The same setting, but null when nothing is set. */
export const optional = <T>(required: Setting<T>): Setting<T | null> => ({
  ...required,
  fallback: null,
  optional: true,
});
