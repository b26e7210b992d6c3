import { type RejectRow } from '../batches/rejects';
import { type InsertBatch, type Loader } from '../load/clickhouse-loader';

export interface MemoryLoader extends Loader {
  readonly tokens: string[];
  readonly batches: InsertBatch[];
  readonly rejects: RejectRow[];
  readonly dropped: number[];
}

export function createMemoryLoader(): MemoryLoader {
  const tokens: string[] = [];
  const batches: InsertBatch[] = [];
  const rejects: RejectRow[] = [];
  const dropped: number[] = [];
  return {
    tokens,
    batches,
    rejects,
    dropped,
    register: () => Promise.resolve(),
    insertRecords: (batch) => {
      tokens.push(batch.token);
      batches.push(batch);
      return Promise.resolve();
    },
    insertRejects: (batch) => {
      tokens.push(batch.token);
      rejects.push(...batch.rejects);
      return Promise.resolve();
    },
    dropRejects: () => Promise.resolve(),
    countNew: () => Promise.resolve(0),
    dropLoad: (load) => {
      dropped.push(load);
      return Promise.resolve();
    },
    sealLoad: () => Promise.resolve(),
  };
}
