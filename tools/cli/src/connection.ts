/** Where the gateway is and which key to use: flags over environment over the credentials of a running stack. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CliError } from './cli-error';

export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Connection {
  readonly url: URL;
  readonly key: string;
}

interface Credentials {
  readonly gateway_url?: string;
  readonly admin_key?: string;
  readonly demo_key?: string;
}

/** @param purpose an admin's commands use the admin key, a query is made as a user */
export function resolveConnection(
  flags: ConnectionFlags,
  env: Environment,
  home: string,
  purpose: 'admin' | 'user',
): Connection {
  const credentials = readCredentials(home);
  const url = flags.url ?? env['BIGDATA_URL'] ?? credentials?.gateway_url;
  const key =
    flags.key ??
    (purpose === 'user' ? (env['BIGDATA_API_KEY'] ?? credentials?.demo_key) : undefined) ??
    env['BIGDATA_ADMIN_KEY'] ??
    credentials?.admin_key;
  if (url === undefined || key === undefined) {
    throw new CliError(
      `No gateway is known: start one with "npm start", or give --url and --key (BIGDATA_URL and ${
        purpose === 'user' ? 'BIGDATA_API_KEY' : 'BIGDATA_ADMIN_KEY'
      }). Looked for ${path.join(home, 'credentials.json')}.`,
    );
  }
  if (!URL.canParse(url)) throw new CliError(`"${url}" is not a URL.`);
  return { url: new URL(url), key };
}

function readCredentials(home: string): Credentials | null {
  try {
    return JSON.parse(readFileSync(path.join(home, 'credentials.json'), 'utf8')) as Credentials;
  } catch {
    return null;
  }
}
