import { randomBytes } from 'node:crypto';
import { EMBEDDED_CLUSTER } from '@bigdata/stack';
import { isClusterTested } from './test-environment';
import { testServers } from './test-servers';

export type ClickHouseTestDatabase = {
  /** With user and password. */
  url: string;
  database: string;
  /** The cluster it is to be spread over; null: none. */
  cluster: string | null;
  drop: () => Promise<void>;
};

/** A new, empty database for one test file. */
export async function createClickHouseDatabase({
  isSharded = isClusterTested(),
} = {}): Promise<ClickHouseTestDatabase> {
  const url = testServers().clickhouseUrl;
  const database = `test_${randomBytes(8).toString('hex')}`;
  await runStatement(url, `CREATE DATABASE ${database}`);
  const cluster = isSharded ? EMBEDDED_CLUSTER : null;
  return { url, database, cluster, drop: () => runStatement(url, `DROP DATABASE IF EXISTS ${database}`) };
}

async function runStatement(url: string, statement: string): Promise<void> {
  const { username, password, origin } = new URL(url);
  const response = await fetch(origin, {
    method: 'POST',
    body: statement,
    headers: {
      'X-ClickHouse-User': decodeURIComponent(username),
      'X-ClickHouse-Key': decodeURIComponent(password),
    },
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`ClickHouse refused ${statement}: HTTP ${response.status} ${answer}`);
}
