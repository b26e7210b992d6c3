/** `bench <name> [--rows N] [--json]`: finds the benchmark, runs it, prints what it found. */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type Benchmark, type BenchmarkResult } from './benchmark';

export type Streams = {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
};

const EXIT_USAGE = 2;

/** @returns the exit code: 0 when the benchmark ran, 2 when the command line is wrong */
export const runBench = async (
  args: readonly string[],
  benchmarks: ReadonlyMap<string, Benchmark>,
  { stdout, stderr }: Streams,
): Promise<number> => {
  const command = readCommand(args, benchmarks);
  if (typeof command === 'string') {
    const names = [...benchmarks.keys()].join('|');
    stderr.write(`bench: ${command}\nusage: npm run bench -- <${names}> [--rows N] [--json]\n`);
    return EXIT_USAGE;
  }
  const result = await command.benchmark({ rows: command.rows });
  stdout.write(`${tableOf(result)}\n`);
  if (command.json) stdout.write(`${JSON.stringify(result.figures)}\n`);
  return 0;
};

type Command = { readonly benchmark: Benchmark; readonly rows: number | undefined; readonly json: boolean };

/** The command, or what is wrong with it. */
const readCommand = (
  args: readonly string[],
  benchmarks: ReadonlyMap<string, Benchmark>,
): Command | string => {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { rows: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values, positionals } = parsed;
  const [name, ...others] = positionals;
  if (name === undefined) return 'no benchmark is named';
  const benchmark = benchmarks.get(name);
  if (!benchmark) return `there is no benchmark "${name}"`;
  if (others.length > 0) return 'one benchmark at a time';
  if (values.rows !== undefined && !/^[1-9][0-9]{0,8}$/.test(values.rows)) {
    return '--rows takes a whole number above zero';
  }
  return {
    benchmark,
    rows: values.rows === undefined ? undefined : Number(values.rows),
    json: values.json,
  };
};

const tableOf = ({ lines }: BenchmarkResult): string => {
  const table = new Table({ head: ['what', 'figure', 'note'], style: { head: [], border: [] } });
  table.push(...lines.map(({ what, figure, note }) => [what, figure, note]));
  return table.toString();
};
