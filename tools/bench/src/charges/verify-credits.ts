import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '@bigdata/stack';

export type Books = {
  readonly entries: number;
  readonly drift: number;
  readonly discrepancies: readonly object[];
};

/** The operators' own proof, on everything that was charged. @throws when anything differs */
export const verifyCredits = async (databaseUrl: string): Promise<Books> => {
  const script = path.join(workspaceRoot(), 'dist/admin-service/verify-credits.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--json'], {
    env: { DATABASE_URL: databaseUrl },
  });
  return JSON.parse(stdout) as Books;
};
