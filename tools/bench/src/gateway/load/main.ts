/** Asks one URL over and over: each connection asks again when it has its answer, or at a fixed rate over all of them. */
import { Pool } from 'undici';

export type LoadOptions = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second over all connections; null: as many as it takes. */
  readonly rate: number | null;
};

export type LoadResult = {
  readonly requests: number;
  readonly seconds: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
};

const run = async ({ url, headers, connections, seconds, rate }: LoadOptions): Promise<LoadResult> => {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const timesMs: number[] = [];
  const beginMs = performance.now();
  const endMs = beginMs + seconds * 1_000;
  let sent = 0;
  const one = async (): Promise<void> => {
    const dueMs = rate === null ? 0 : beginMs + (sent / rate) * 1_000;
    sent += 1;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const fromMs = performance.now();
    const answer = await pool.request({ method: 'POST', path: pathname + search, headers, body: '{}' });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`${origin} answered ${answer.statusCode}`);
    timesMs.push(performance.now() - fromMs);
  };
  const connection = async (): Promise<void> => {
    while (performance.now() < endMs) await one();
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const elapsedS = (performance.now() - beginMs) / 1_000;
  await pool.close();
  timesMs.sort((left, right) => left - right);
  const at = (part: number): number => timesMs[Math.floor((timesMs.length - 1) * part)] ?? Number.NaN;
  return { requests: timesMs.length, seconds: elapsedS, p50_ms: at(0.5), p99_ms: at(0.99) };
};

process.once('message', (options: LoadOptions) => {
  void run(options).then((result) => process.send?.(result, () => process.disconnect()));
});
