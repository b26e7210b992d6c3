/** How BullMQ connects: from a URL, with reconnecting for ever and one log line per change of state. */
import { AppError } from '@bigdata/models';
import { type Logger, Secret } from '@bigdata/platform';
import { connectCluster } from '@bigdata/redis';
import { type ConnectionOptions } from 'bullmq';

/** Key prefix of everything BullMQ keeps. In braces, so that keys which one of its scripts touches have one slot in Redis Cluster. */
export const QUEUE_PREFIX = '{bigdata:queue}';

const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_STEP_MS = 100;
const RECONNECT_MAX_MS = 2_000;
const COMMAND_TIMEOUT_MS = 3_000;
const PING_TIMEOUT_MS = 1_500;

export interface QueueServer {
  readonly redisUrl: Secret | string;
  /** The URL names a node of a Redis Cluster. Left out: a server. */
  readonly redisCluster?: boolean;
}

const reconnectMs = (tries: number): number => Math.min(RECONNECT_STEP_MS * tries, RECONNECT_MAX_MS);

/** For workers: commands wait for Redis to come back. */
export function toWaitingConnection({ redisUrl, redisCluster = false }: QueueServer): ConnectionOptions {
  const connecting = { connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: null };
  return redisCluster
    ? connectCluster(redisUrl, { clusterRetryStrategy: reconnectMs, nodes: connecting })
    : { url: textOf(redisUrl), ...connecting, retryStrategy: reconnectMs };
}

/** For producers: a command fails at once while Redis is away, so that the caller can answer. */
export function toFailingConnection({ redisUrl, redisCluster = false }: QueueServer): ConnectionOptions {
  const asking = { enableOfflineQueue: false };
  const connecting = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    // After how many reconnects a waiting command fails; for workers it never does.
    maxRetriesPerRequest: 0,
  };
  return redisCluster
    ? connectCluster(redisUrl, { ...asking, clusterRetryStrategy: reconnectMs, nodes: connecting })
    : { url: textOf(redisUrl), ...asking, ...connecting, retryStrategy: reconnectMs };
}

const textOf = (url: Secret | string): string => (url instanceof Secret ? url.reveal() : url);

interface Emitter {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

interface Backend {
  on(event: 'ready' | 'close', listener: () => void): unknown;
  readonly client: Promise<{ info(): Promise<string> }>;
}

export interface WatchedConnection {
  connected(): boolean;
  /** @throws AppError `unavailable` at once when there is no connection, later when Redis does not answer */
  ping(): Promise<void>;
}

/**
 * Listens for the errors of a queue, which would end the process otherwise, and logs the first of each outage
 * and its end; the reconnecting in between is silent.
 */
export function watchConnection(
  emitter: Emitter,
  backend: Backend,
  queue: string,
  logger: Logger,
): WatchedConnection {
  let connected = false;
  let told = false;
  emitter.on('error', (error) => {
    if (told) return;
    told = true;
    logger.warn('queue has a problem with redis', { queue, error });
  });
  backend.on('close', () => {
    connected = false;
  });
  backend.on('ready', () => {
    connected = true;
    if (told) logger.info('queue reaches redis again', { queue });
    told = false;
  });
  return {
    connected: () => connected,
    async ping() {
      if (!connected) throw new AppError('unavailable', { context: { queue } });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(
          () => reject(new AppError('unavailable', { context: { queue } })),
          PING_TIMEOUT_MS,
        );
      });
      const answer = backend.client.then((client) => client.info());
      try {
        await Promise.race([answer, late]);
      } catch (cause) {
        throw new AppError('unavailable', { context: { queue }, cause });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

interface Client {
  disconnect(reconnect?: boolean): void;
}

/** Ends a client for good: one whose goodbye failed, because Redis was away, would go on reconnecting for ever. */
export function cutOff(client: Promise<Client> | undefined): void {
  void client?.then(
    (open) => open.disconnect(),
    () => undefined,
  );
}
