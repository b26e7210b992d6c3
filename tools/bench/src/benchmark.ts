/** What every benchmark takes and gives. */
export type BenchmarkOptions = {
  /** How large the sample is; each benchmark has a default of its own. */
  readonly rows: number | undefined;
};

export type BenchmarkResult = {
  /** For people: one line each. */
  readonly lines: readonly { readonly what: string; readonly figure: string; readonly note: string }[];
  /** For machines: the last line of `--json`. Units are in the names. */
  readonly figures: Readonly<Record<string, number | string>>;
};

export type Benchmark = (options: BenchmarkOptions) => BenchmarkResult | Promise<BenchmarkResult>;
