import { holdTestServers } from './held-test-servers';
import { startTestServers } from './running-test-servers';
import { inheritedEnvironment, readTestServers, writeTestServers } from './test-environment';

/** Uses the servers handed in by `npm test`, or starts some for this run of jest. */
export default async function setUp(): Promise<void> {
  if (readTestServers()) return;
  const servers = await startTestServers(inheritedEnvironment());
  holdTestServers(servers);
  const { clickhouseUrl, databaseUrl, redisUrl } = servers;
  writeTestServers({ clickhouseUrl, databaseUrl, redisUrl });
}
