import { ClickHouseError } from './clickhouse-error';
import { type EngineConnection } from './engine-connection';

type Entry = { readonly connection: EngineConnection; isBusy: boolean; timeoutMs: number; expiresAt: number };

/** Clients' sessions: each keeps a connection of its own, with its temporary tables and settings, until it times out. */
export class SessionStore {
  private readonly connect: () => EngineConnection;
  private readonly now: () => number;
  private readonly sessionsMax: number;
  private readonly entries = new Map<string, Entry>();

  constructor(connect: () => EngineConnection, now: () => number, sessionsMax: number) {
    this.connect = connect;
    this.now = now;
    this.sessionsMax = sessionsMax;
  }

  /** Takes a session for one statement; a second one at the same time is refused, not queued. */
  acquire(id: string, timeoutS: number, mustExist: boolean): EngineConnection {
    this.sweep();
    let entry = this.entries.get(id);
    if (entry?.isBusy) throw ClickHouseError.of(373, `Session ${id} is locked by a concurrent client`);
    if (!entry) {
      if (mustExist) throw ClickHouseError.of(372, `Session ${id} not found`);
      if (this.entries.size >= this.sessionsMax)
        throw ClickHouseError.of(202, `Too many sessions: ${this.sessionsMax} are open`);
      entry = { connection: this.connect(), isBusy: false, timeoutMs: 0, expiresAt: 0 };
      this.entries.set(id, entry);
    }
    entry.isBusy = true;
    entry.timeoutMs = timeoutS * 1000;
    return entry.connection;
  }

  release(id: string, isClosed: boolean): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    entry.isBusy = false;
    entry.expiresAt = this.now() + entry.timeoutMs;
    if (isClosed || entry.timeoutMs === 0) this.drop(id, entry);
  }

  /** Ends sessions whose time is over. */
  sweep(): void {
    for (const [id, entry] of this.entries)
      if (!entry.isBusy && entry.expiresAt <= this.now()) this.drop(id, entry);
  }

  close(): void {
    for (const [id, entry] of this.entries) this.drop(id, entry);
  }

  private drop(id: string, entry: Entry): void {
    this.entries.delete(id);
    entry.connection.close();
  }
}
