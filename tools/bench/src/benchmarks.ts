import { type Benchmark } from './benchmark';
import { benchIngest } from './ingest/bench-ingest';
import { benchNormalization } from './normalization/bench-normalization';
import { benchTables } from './tables/bench-tables';

/** Every benchmark there is, by the name it is called with. */
export const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ['ingest', benchIngest],
  ['normalization', benchNormalization],
  ['tables', benchTables],
]);
