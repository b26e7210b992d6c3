import { type Benchmark } from './benchmark';
import { benchCharges } from './charges/bench-charges';
import { benchGateway } from './gateway/bench-gateway';
import { benchIngest } from './ingest/bench-ingest';
import { benchLogs } from './logs/bench-logs';
import { benchNormalization } from './normalization/bench-normalization';
import { benchQuery } from './query/bench-query';
import { benchTables } from './tables/bench-tables';

/** Every benchmark there is, by the name it is called with. */
export const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ['charges', benchCharges],
  ['ingest', benchIngest],
  ['gateway', benchGateway],
  ['logs', benchLogs],
  ['normalization', benchNormalization],
  ['query', benchQuery],
  ['tables', benchTables],
]);
