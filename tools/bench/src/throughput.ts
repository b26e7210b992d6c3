/** Runs over one sample, by turns, so that what else the machine does hits all of them alike. */
export type Contestant<Row> = {
  readonly name: string;
  /** Whatever it returns is looked at, so that the work cannot be left out. */
  readonly run: (row: Row) => unknown;
};

/** A stretch of rows that takes a few milliseconds at most: most of them run without another process in between. */
const CHUNK_ROWS = 500;

/**
 * Rows per second of each contestant, by name. The sample runs `rounds` times in short stretches; of every stretch the
 * fastest run counts, so that a machine with other work to do tells nearly the same as an idle one. A round more
 * warms up.
 */
export const measureThroughput = <Row>(
  rows: readonly Row[],
  contestants: readonly Contestant<Row>[],
  rounds: number,
): ReadonlyMap<string, number> => {
  const chunks = Array.from({ length: Math.ceil(rows.length / CHUNK_ROWS) }, (_, index) =>
    rows.slice(index * CHUNK_ROWS, (index + 1) * CHUNK_ROWS),
  );
  const bestMs = contestants.map(() => new Float64Array(chunks.length).fill(Infinity));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { run }] of contestants.entries()) {
      const times = bestMs[index];
      for (const [chunkIndex, chunk] of chunks.entries()) {
        const elapsedMs = timed(chunk, run);
        if (round > 0 && times) times[chunkIndex] = Math.min(times[chunkIndex] ?? Infinity, elapsedMs);
      }
    }
  }
  return new Map(
    contestants.map(({ name }, index) => {
      const totalMs = bestMs[index]?.reduce((sum, time) => sum + time, 0) ?? Number.NaN;
      return [name, (rows.length / totalMs) * 1_000];
    }),
  );
};

const timed = <Row>(rows: readonly Row[], run: (row: Row) => unknown): number => {
  let answers = 0;
  const startedAt = performance.now();
  for (const row of rows) if (run(row) !== undefined) answers += 1;
  const elapsedMs = performance.now() - startedAt;
  if (answers > rows.length) throw new Error('more answers than rows');
  return elapsedMs;
};
