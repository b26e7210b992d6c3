import { ClickHouseError } from './clickhouse-error';
import { type StatementContext } from './engine-connection';
import { type EnginePool } from './engine-pool';
import { queryTag, quoteString } from './rewrite';

const PLAIN: StatementContext = { database: undefined, settings: new Map(), parameters: new Map() };

const CANCEL_INTERVAL_MS = 200;

/** The statements under way by the ids their clients know. */
export class RunningQueries {
  private readonly control: EnginePool;
  private readonly running = new Map<string, Promise<void>>();

  constructor(control: EnginePool) {
    this.control = control;
  }

  /** Enters a statement; `end` takes it out again. */
  begin(queryId: string): { end: () => void } {
    if (this.running.has(queryId))
      throw ClickHouseError.of(216, `Query with id = ${queryId} is already running.`);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.running.set(queryId, promise);
    return {
      end: () => {
        this.running.delete(queryId);
        resolve(undefined);
      },
    };
  }

  /**
   * Asks the engine to stop a statement; does not wait for it to have stopped. False when the engine does not know it:
   * it has not begun yet, or is done.
   */
  async cancel(queryId: string): Promise<boolean> {
    const slot = await this.control.acquire(new AbortController().signal);
    let isClean = false;
    try {
      const sql = `KILL QUERY WHERE startsWith(query, ${quoteString(queryTag(queryId))}) ASYNC`;
      const { body } = await this.control.connection(slot).run(sql, PLAIN, 'TabSeparated');
      isClean = true;
      return body.length > 0;
    } finally {
      this.control.release(slot, isClean);
    }
  }

  /** Repeats `cancel` until the returned function is called: a statement may begin after the first attempt. */
  keepCancelling(queryId: string): () => void {
    const attempt = () => {
      this.cancel(queryId).catch(() => undefined);
    };
    attempt();
    const timer = setInterval(attempt, CANCEL_INTERVAL_MS);
    return () => clearInterval(timer);
  }

  /** Resolves to whether all ended within the time. */
  async waitForAll(timeoutMs: number): Promise<boolean> {
    if (this.running.size === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, timeoutMs, false);
    void Promise.all(this.running.values()).then(() => resolve(true));
    const isDone = await promise;
    clearTimeout(timer);
    return isDone && this.waitForAll(timeoutMs);
  }

  async cancelAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((queryId) => this.cancel(queryId)));
  }
}
