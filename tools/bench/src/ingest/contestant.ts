import { type FileFormat } from './people-files';

export type PeopleFile = {
  readonly path: string;
  readonly format: FileFormat;
  readonly rows: number;
  readonly bytes: number;
};

/** One way to load a file into the database of the benchmark. */
export type Contestant = {
  /** The process that does the work beside ClickHouse; null: ClickHouse alone does it. */
  readonly pid: () => number | null;
  /** Table the rows go into. */
  readonly table: string;
  /** Resolves once the load is acknowledged. @throws Error when not every row was loaded */
  readonly load: (file: PeopleFile) => Promise<AcknowledgedLoad>;
};

/** Times in milliseconds since 1970. */
export type AcknowledgedLoad = { readonly sentMs: number; readonly acknowledgedMs: number };

/** The time that a call takes, for loads whose end is the end of a call. */
export const timeLoad = async (load: () => Promise<unknown>): Promise<AcknowledgedLoad> => {
  const sentMs = Date.now();
  const startedMs = performance.now();
  await load();
  return { sentMs, acknowledgedMs: sentMs + performance.now() - startedMs };
};
