import { type Benchmark } from './benchmark';
import { benchNormalization } from './normalization/bench-normalization';

/** Every benchmark there is, by the name it is called with. */
export const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([['normalization', benchNormalization]]);
