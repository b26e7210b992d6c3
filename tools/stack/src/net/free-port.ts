import { randomInt } from 'node:crypto';
import { type Server, createServer } from 'node:net';
import { createPortClaims } from './port-claims';

/**
 * Below the range from which operating systems take the ports of outgoing connections and of `listen(0)` (Linux
 * from 32768, others from 49152). A port of that range that is free now is somebody's a second later on a busy
 * machine; one below it is taken only by who asks for its number.
 */
const PORTS = { from: 15_000, to: 32_000 };
const ATTEMPTS_PER_PORT = 100;
const claims = createPortClaims();

/**
 * Different TCP ports that are free on 127.0.0.1 now, drawn at random, and none that another process drew of late, so that
 * stacks that start side by side do not meet. Somebody else can still take one before its user binds it, so starters that pick one here try again with
 * another when the server reports it taken.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  try {
    for (let attempt = 0; held.size < count; attempt += 1) {
      if (attempt === count * ATTEMPTS_PER_PORT) {
        throw new Error(`No ${count} free ports of 127.0.0.1 between ${PORTS.from} and ${PORTS.to}.`);
      }
      const port = randomInt(PORTS.from, PORTS.to);
      if (held.has(port) || !claims.claim(port)) continue;
      const server = await listen(port).catch(() => undefined);
      if (server) held.set(port, server);
    }
    return [...held.keys()];
  } finally {
    await Promise.all([...held.values()].map(close));
  }
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** Whether nobody listens on the port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
