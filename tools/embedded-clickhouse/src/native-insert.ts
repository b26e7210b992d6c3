import { createRequire } from 'node:module';
import path from 'node:path';
import { type Session } from 'chdb';

/** What the engine says of an INSERT, materialized views included; chdb's typed calls leave it out. */
export type InsertResult = {
  readonly elapsed: number;
  readonly rowsWritten: number;
  readonly bytesWritten: number;
};

type NativeInsert = (
  connection: unknown,
  sql: string,
  data: Buffer,
  isCountingLines: boolean,
) => Promise<InsertResult>;

const NO_DATA = Buffer.alloc(0);

/** Reaches the one native call that reports written rows; the package keeps its loader out of its exports. */
function loadNativeInsert(): NativeInsert {
  const load = createRequire(__filename);
  const loader = path.join(path.dirname(load.resolve('chdb')), 'dist', 'loader.js');
  const { loadNative } = load(loader) as { loadNative: () => { InsertRawAsyncConnection: NativeInsert } };
  return loadNative().InsertRawAsyncConnection;
}

let nativeInsert: NativeInsert | undefined;

/** Runs an INSERT that brings no data of its own: INSERT … SELECT or … FROM INFILE. */
export function runInsert(session: Session, sql: string): Promise<InsertResult> {
  nativeInsert ??= loadNativeInsert();
  return nativeInsert(session.connection, sql, NO_DATA, false);
}
