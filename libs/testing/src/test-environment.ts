/** How the servers started once reach every jest worker: through the environment the workers inherit. */
const VARIABLE = 'BIGDATA_TEST_SERVERS';

/** URLs with user and password, on 127.0.0.1. */
export type TestServers = { clickhouseUrl: string; databaseUrl: string; redisUrl: string };

export function readTestServers(): TestServers | undefined {
  const text = process.env[VARIABLE];
  if (!text) return undefined;
  const { clickhouseUrl, databaseUrl, redisUrl } = JSON.parse(text) as Partial<TestServers>;
  if (!clickhouseUrl || !databaseUrl || !redisUrl) {
    throw new Error(`${VARIABLE} must be JSON with clickhouseUrl, databaseUrl and redisUrl.`);
  }
  return { clickhouseUrl, databaseUrl, redisUrl };
}

export function writeTestServers(servers: TestServers): void {
  process.env[VARIABLE] = JSON.stringify(servers);
}

export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env };
}

/**
 * With BIGDATA_TEST_CLUSTER=1 databases are spread over a cluster, for a run of tests that are written for one server: what
 * they find has to be the same. How much they read is not.
 */
export function isClusterTested(): boolean {
  return process.env['BIGDATA_TEST_CLUSTER'] === '1';
}
