import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removePostgresData, startPostgres } from '@bigdata/stack';
import { type Check, type DeployContext, judged, leftOut, type Outcome } from '../check';
import { MAIN_JOB, runEndToEnd } from '../run-end-to-end';
import { missingPgBouncer, POOL_SIZE, startPgBouncer } from './pgbouncer';

const PASSWORD = 'of-this-check';
/** Charges side by side, and the life of jobs. */
const SUITES = [MAIN_JOB, 'e2e/src/ingest-jobs.test.ts'];

/** Another client gets a connection after each transaction, so what a service left in one would show. */
export function createPoolerCheck({ root, env, print }: DeployContext): Check {
  return {
    name: 'pooler',
    about: 'the main job and the life of jobs, through PgBouncer in transaction mode',
    async run() {
      const missing = missingPgBouncer(env);
      if (missing !== null) return leftOut(missing);
      const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-pooler-'));
      try {
        print('pooler: PostgreSQL behind PgBouncer');
        return await checkThrough(folder, root, env);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function checkThrough(folder: string, root: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const problems: string[] = [];
  const notes: string[] = [];
  for (const [index, suite] of SUITES.entries()) {
    const dir = path.join(folder, `postgres-${index}`);
    const postgres = await startPostgres({ dir, logFile: `${dir}.log`, password: PASSWORD });
    try {
      const pooler = await startPgBouncer(path.join(folder, `pgbouncer-${index}`), postgres.url, env);
      try {
        const settings = { DATABASE_URL: pooler.url, DATABASE_PREPARED_STATEMENTS: 'false' };
        problems.push(...(await runEndToEnd(root, suite, { ...env, ...settings })));
        const clients = pooler.clients();
        if (clients === 0) problems.push(`${suite} went past the pooler`);
        notes.push(
          `${path.basename(suite)}: ${clients} connections, of which ${POOL_SIZE} at most reached PostgreSQL`,
        );
      } finally {
        await pooler.stop();
      }
    } finally {
      await postgres.stop();
      removePostgresData(dir);
    }
  }
  return judged(problems, ...notes);
}
