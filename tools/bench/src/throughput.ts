/** Runs over one sample, by turns, so that what else the machine does hits all of them alike. */
export type Contestant<Row> = {
  readonly name: string;
  /** Whatever it returns is looked at, so that the work cannot be left out. */
  readonly run: (row: Row) => unknown;
};

/**
 * The best of `rounds` runs of each contestant, in rows per second by name. The first round warms up and does not
 * count.
 */
export const measureThroughput = <Row>(
  rows: readonly Row[],
  contestants: readonly Contestant<Row>[],
  rounds: number,
): ReadonlyMap<string, number> => {
  const best = new Map<string, number>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run } of contestants) {
      const rate = timed(rows, run);
      if (round > 0) best.set(name, Math.max(rate, best.get(name) ?? 0));
    }
  }
  return best;
};

const timed = <Row>(rows: readonly Row[], run: (row: Row) => unknown): number => {
  let answers = 0;
  const startedAt = performance.now();
  for (const row of rows) if (run(row) !== undefined) answers += 1;
  const elapsedMs = performance.now() - startedAt;
  if (answers > rows.length) throw new Error('more answers than rows');
  return (rows.length / elapsedMs) * 1_000;
};
