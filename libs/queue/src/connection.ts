/** How BullMQ connects: from a URL, with reconnecting for ever and one log line per change of state. */
import { AppError } from '@bigdata/models';
import { type Logger, Secret } from '@bigdata/platform';

/** Key prefix of everything BullMQ keeps. In braces, so that keys which one of its scripts touches have one slot in Redis Cluster. */
export const QUEUE_PREFIX = '{bigdata:queue}';

const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MAX_MS = 2_000;
const COMMAND_TIMEOUT_MS = 3_000;
const PING_TIMEOUT_MS = 1_500;

interface Connection {
  readonly url: string;
  readonly connectTimeout: number;
  readonly retryStrategy: (tries: number) => number;
  /** After how many reconnects a waiting command fails; `null` is never. */
  readonly maxRetriesPerRequest: number | null;
}

/** For workers: commands wait for Redis to come back. */
export function toWaitingConnection(redisUrl: Secret | string): Connection {
  return {
    url: redisUrl instanceof Secret ? redisUrl.reveal() : redisUrl,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (tries) => Math.min(100 * tries, RECONNECT_MAX_MS),
    maxRetriesPerRequest: null,
  };
}

/** For producers: a command fails at once while Redis is away, so that the caller can answer. */
export function toFailingConnection(redisUrl: Secret | string): Connection & {
  readonly enableOfflineQueue: false;
  readonly commandTimeout: number;
} {
  return {
    ...toWaitingConnection(redisUrl),
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
  };
}

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
