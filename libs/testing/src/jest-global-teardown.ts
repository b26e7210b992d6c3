import { releaseTestServers } from './held-test-servers';

export default async function tearDown(): Promise<void> {
  await releaseTestServers();
}
