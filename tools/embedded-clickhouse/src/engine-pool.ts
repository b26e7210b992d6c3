import { type EngineConnection } from './engine-connection';
import { ClickHouseError } from './clickhouse-error';
import { type PipePair } from './pipe-files';

/** The right to run one statement: a pair of pipes and, unless a session brings its own, a connection. */
export type Slot = { readonly pipes: PipePair; readonly index: number };

/**
 * Bounds how many statements run at once and how many wait. A slot's connection is clean when it is handed out:
 * whoever changed or broke it says so on release, and it is replaced (0.2 ms).
 */
export class EnginePool {
  private readonly connect: (isKept: boolean) => EngineConnection;
  private readonly queueMax: number;
  private readonly free: Slot[];
  private readonly connections: EngineConnection[];
  private readonly waiting: { resolve: (slot: Slot) => void; reject: (error: Error) => void }[] = [];
  private isClosed = false;

  constructor(connect: (isKept: boolean) => EngineConnection, pipes: readonly PipePair[], queueMax: number) {
    this.connect = connect;
    this.queueMax = queueMax;
    this.free = pipes.map((pair, index) => ({ pipes: pair, index }));
    this.connections = pipes.map(() => connect(false));
  }

  /** Waits for a slot, first come first served. An aborted wait leaves the queue. */
  acquire(signal: AbortSignal): Promise<Slot> {
    if (this.isClosed) return Promise.reject(ClickHouseError.of(236, 'The server is shutting down'));
    const slot = this.free.pop();
    if (slot) return Promise.resolve(slot);
    if (this.waiting.length >= this.queueMax)
      return Promise.reject(
        ClickHouseError.of(202, `Too many simultaneous queries. ${this.queueMax} are waiting already`),
      );
    return new Promise((resolve, reject) => {
      const entry = { resolve, reject };
      this.waiting.push(entry);
      signal.addEventListener(
        'abort',
        () => {
          const at = this.waiting.indexOf(entry);
          if (at < 0) return;
          this.waiting.splice(at, 1);
          reject(ClickHouseError.of(394, 'Query was cancelled while it waited'));
        },
        { once: true },
      );
    });
  }

  connection(slot: Slot): EngineConnection {
    const connection = this.connections[slot.index];
    if (!connection) throw new Error(`no connection ${slot.index}`);
    return connection;
  }

  release(slot: Slot, isConnectionClean: boolean): void {
    if (!isConnectionClean && !this.isClosed) {
      this.connections[slot.index]?.close();
      this.connections[slot.index] = this.connect(false);
    }
    const next = this.waiting.shift();
    if (next) next.resolve(slot);
    else this.free.push(slot);
  }

  /** Refuses who waits. Call it when no statement runs any more, or the engine would be torn from under it. */
  close(): void {
    this.refuse();
    for (const connection of this.connections) connection.close();
  }

  /** Lets running statements finish and nothing new begin. */
  refuse(): void {
    this.isClosed = true;
    for (const entry of this.waiting.splice(0))
      entry.reject(ClickHouseError.of(236, 'The server is shutting down'));
  }
}
