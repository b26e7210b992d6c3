/** ZooKeeper as Debian packages it, for the time of a check. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { type Child, freePort, startChild, untilReady } from '@bigdata/stack';
import { isOnPath } from '../programs';

const JAR = '/usr/share/java/zookeeper.jar';
const CONFIGURATION = '/etc/zookeeper/conf';
const MAIN = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
const READY_TIMEOUT_MS = 30_000;
const MEMORY = '-Xmx128m';

/** Why it cannot be started on this machine; null when it can. */
export function missingZooKeeper(env: NodeJS.ProcessEnv): string | null {
  if (existsSync(JAR) && isOnPath('java', env['PATH'] ?? '')) return null;
  return 'ZooKeeper missing: apt-get install zookeeper';
}

export interface ZooKeeper {
  /** `host:port` */
  readonly address: string;
  stop(): Promise<void>;
}

/** @param folder for its data and its log; made if it is missing */
export async function startZooKeeper(folder: string, env: NodeJS.ProcessEnv): Promise<ZooKeeper> {
  const port = await freePort();
  const data = path.join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const settings = {
    ...{ tickTime: 500, dataDir: data, clientPort: port, clientPortAddress: '127.0.0.1' },
    ...{ 'admin.enableServer': false, '4lw.commands.whitelist': 'ruok' },
  };
  const file = path.join(folder, 'zoo.cfg');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${String(value)}\n`);
  writeFileSync(file, lines.join(''));
  const child: Child = await startChild({
    name: 'zookeeper',
    command: 'java',
    args: [MEMORY, '-cp', `${CONFIGURATION}:${JAR}`, MAIN, file],
    env,
    logFile: path.join(folder, 'zookeeper.log'),
  });
  try {
    await untilReady(child, READY_TIMEOUT_MS, () => isOk(port));
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { address: `127.0.0.1:${port}`, stop: () => child.stop() };
}

/** @returns undefined while it does not answer */
function isOk(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('ruok'));
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(answer === 'imok' ? true : undefined));
  });
}
