import { type RejectRow } from '../batches/rejects';
import { type Loader } from '../load/clickhouse-loader';

export interface MemoryLoader extends Loader {
  readonly tokens: string[];
  /** Blocks per insert. */
  readonly inserts: (readonly Uint8Array[])[];
  readonly rejects: RejectRow[];
  readonly dropped: number[];
}

export function createMemoryLoader(): MemoryLoader {
  const tokens: string[] = [];
  const inserts: (readonly Uint8Array[])[] = [];
  const rejects: RejectRow[] = [];
  const dropped: number[] = [];
  return {
    tokens,
    inserts,
    rejects,
    dropped,
    register: () => Promise.resolve(),
    insertRecords: async ({ blocks }) => {
      const sent: Uint8Array[] = [];
      for await (const block of blocks) sent.push(block);
      inserts.push(sent);
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
