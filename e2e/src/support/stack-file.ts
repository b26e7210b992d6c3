/** What a running stack tells of itself in its home. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface StackFile {
  readonly CLICKHOUSE_URL: string;
  readonly CLICKHOUSE_DATABASE: string;
  /** Only of a stack on a cluster. */
  readonly CLICKHOUSE_CLUSTER?: string;
  readonly REDIS_URL: string;
  readonly services: Readonly<Record<string, { url: string; internal_port: number }>>;
}

export function readStackFile(home: string): StackFile {
  return JSON.parse(readFileSync(path.join(home, 'stack.json'), 'utf8')) as StackFile;
}

export interface StackSecrets {
  readonly service_identity_secret: string;
  readonly key_pepper: string;
}

/** What its services share, for one that is started beside them. */
export function readSecrets(home: string): StackSecrets {
  return JSON.parse(readFileSync(path.join(home, 'secrets.json'), 'utf8')) as StackSecrets;
}

export function serviceOf(home: string, service: string): StackFile['services'][string] {
  const found = readStackFile(home).services[service];
  if (found === undefined) throw new Error(`the stack runs no ${service}`);
  return found;
}
