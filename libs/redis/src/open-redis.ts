/**
 * The one connection of a service to Redis. Nothing waits for a server that is away: without a connection a
 * command fails at once, with one it fails after `commandTimeoutMs`. The connection comes back by itself.
 */
import { type Secret } from '@bigdata/platform';
import { Redis } from 'ioredis';
import { connectCluster } from './connect-cluster';
import { withinMs } from './deadline';
import { fromRedisError } from './redis-error';
import { SCRIPTS, type ScriptName } from './scripts';

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 1_000;

export interface RedisOptions {
  /** redis:// or rediss://, with password and database when there are any; a cluster has no databases. */
  readonly url: Secret;
  /** The URL names a node of a Redis Cluster. */
  readonly cluster?: boolean;
  /** Told the first failure of each outage; the following ones of the same outage are silent. */
  readonly onError: (error: Error) => void;
  readonly commandTimeoutMs: number;
}

function reconnectMs(attempt: number): number {
  return (
    Math.min(RECONNECT_MIN_MS * 2 ** Math.min(attempt, 10), RECONNECT_MAX_MS) * (0.5 + Math.random() / 2)
  );
}

export type ScriptArgument = string | number | Buffer;

export interface RedisConnection {
  /** @throws AppError `unavailable` when the server does not answer now */
  ping(): Promise<void>;
  /** Runs a script by its digest, loading it when the server does not know it (any more). */
  runScript(name: ScriptName, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown>;
  /** The same, with every string of the reply as a Buffer. */
  runBinaryScript(
    name: ScriptName,
    keys: readonly string[],
    args: readonly ScriptArgument[],
  ): Promise<unknown>;
  close(): Promise<void>;
}

export function openRedis({
  url,
  cluster = false,
  onError,
  commandTimeoutMs,
}: RedisOptions): RedisConnection {
  const connecting = {
    // Of a connection that nothing comes from any more. A process that was held up for so long would lose a good one.
    socketTimeout: commandTimeoutMs * 10,
    connectTimeout: 3_000,
    disconnectTimeout: 200,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  };
  const asking = { enableOfflineQueue: false, scripts: SCRIPTS };
  const client = cluster
    ? connectCluster(url, { ...asking, clusterRetryStrategy: reconnectMs, nodes: connecting })
    : new Redis(url.reveal(), {
        ...asking,
        ...connecting,
        retryStrategy: reconnectMs,
        // Not in a cluster: there ioredis takes the number of keys, by which the call of a script begins, for the key.
        enableAutoPipelining: true,
      });
  let away = false;
  client.on('ready', () => {
    away = false;
  });
  client.on('error', (error: Error) => {
    if (!away) onError(error);
    away = true;
  });
  const commandOf = (name: ScriptName | `${ScriptName}Buffer`): ScriptCommand =>
    (client as unknown as Record<typeof name, ScriptCommand>)[name];
  const answerOf = <T>(command: Promise<T>): Promise<T> =>
    withinMs(command, commandTimeoutMs).catch((error: unknown) => {
      throw fromRedisError(error);
    });
  return {
    async ping() {
      await answerOf(client.ping());
    },
    async runScript(name, keys, args) {
      return answerOf(commandOf(name).call(client, keys.length, ...keys, ...args));
    },
    async runBinaryScript(name, keys, args) {
      return answerOf(commandOf(`${name}Buffer`).call(client, keys.length, ...keys, ...args));
    },
    async close() {
      if (client.status === 'ready') await client.quit().catch(() => undefined);
      client.disconnect();
    },
  };
}

/** What ioredis adds to the client for each entry of `scripts`: key count, keys, arguments. */
type ScriptCommand = (keyCount: number, ...rest: ScriptArgument[]) => Promise<unknown>;
