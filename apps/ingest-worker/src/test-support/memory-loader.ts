/** ClickHouse for tests that look at calls and not at rows. */
import { type RejectRow } from '../batches/rejects';
import { type Loader } from '../load/clickhouse-loader';

export interface MemoryLoader extends Loader {
  readonly tokens: string[];
  readonly rejects: RejectRow[];
}

export function createMemoryLoader(): MemoryLoader {
  const tokens: string[] = [];
  const rejects: RejectRow[] = [];
  return {
    tokens,
    rejects,
    insertRecords: (_rows, token) => Promise.resolve(void tokens.push(token)),
    insertRejects: (_jobId, rows, _createdMs, token) => {
      tokens.push(token);
      rejects.push(...rows);
      return Promise.resolve();
    },
    countNewRecords: () => Promise.resolve(0),
  };
}
