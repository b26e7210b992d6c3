import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What a gateway of the running stack would be given. */
export type StackOf = {
  readonly databaseUrl: string;
  readonly adminServiceUrl: string;
  readonly adminServicePid: number;
  readonly postgresPid: number;
  readonly identitySecret: string;
};

/** @param home of a stack that runs */
export const readStackOf = (home: string): StackOf => {
  const stack = readJson(path.join(home, 'stack.json')) as {
    readonly DATABASE_URL: string;
    readonly pids: Readonly<Record<string, number>>;
    readonly services: Readonly<Record<string, { readonly url: string }>>;
  };
  const secrets = readJson(path.join(home, 'secrets.json')) as { readonly service_identity_secret: string };
  const adminServiceUrl = stack.services['admin-service']?.url;
  if (adminServiceUrl === undefined) throw new Error('the stack runs no admin-service');
  return {
    databaseUrl: stack.DATABASE_URL,
    adminServiceUrl,
    adminServicePid: stack.pids['admin-service'] ?? 0,
    postgresPid: stack.pids['postgres'] ?? 0,
    identitySecret: secrets.service_identity_secret,
  };
};

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
