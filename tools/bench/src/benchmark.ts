/** What every benchmark takes and gives. */
export type BenchmarkOptions = {
  /** How large the sample is; each benchmark has a default of its own. */
  readonly rows: number | undefined;
  /** The designs to compare, for a benchmark that compares designs; undefined: all of them. */
  readonly designs: readonly string[] | undefined;
  /** The formats of files to measure, for a benchmark that loads files; undefined: all of them. */
  readonly formats: readonly string[] | undefined;
  /** Of the service that is measured, for a benchmark that can start several; undefined: one. */
  readonly processes: number | undefined;
  /** For the processes that a benchmark starts. */
  readonly env: NodeJS.ProcessEnv;
  /** Says what is being done, for people who wait. */
  readonly progress: (line: string) => void;
};

/** The heads and the cells of each row, as text. */
export type FigureTable = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** Null: this machine does not tell. */
export type Figure = number | string | null | { readonly [name: string]: Figure };

export type BenchmarkResult = {
  /** For people. */
  readonly tables: readonly FigureTable[];
  /** For machines: the last line of `--json`. Units are in the names. */
  readonly figures: Readonly<Record<string, Figure>>;
};

export type Benchmark = (options: BenchmarkOptions) => BenchmarkResult | Promise<BenchmarkResult>;

/** The command line asks for something that the benchmark does not have. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
