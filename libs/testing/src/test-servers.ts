import { type TestServers, readTestServers } from './test-environment';

/** The real servers of this test run. Only integration tests have them; a unit test that asks is an error. */
export function testServers(): TestServers {
  const servers = readTestServers();
  if (servers) return servers;
  throw new Error('There are no test servers here: only *.int.test.ts and e2e tests get them.');
}
