/** `bench <name> [--rows N] [--designs A,B] [--formats A,B] [--processes N] [--json | --markdown]`: runs a benchmark and prints what it found. */
import { parseArgs } from 'node:util';
import { type Benchmark, type BenchmarkOptions, UsageError } from './benchmark';
import { toMarkdownTable, toTerminalTable } from './print-table';

export type Surroundings = {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: NodeJS.ProcessEnv;
};

const EXIT_USAGE = 2;

/** @returns the exit code: 0 when the benchmark ran, 2 when the command line is wrong */
export const runBench = async (
  args: readonly string[],
  benchmarks: ReadonlyMap<string, Benchmark>,
  { stdout, stderr, env }: Surroundings,
): Promise<number> => {
  try {
    const { json, markdown, benchmark, ...options } = readCommand(args, benchmarks);
    const progress = (line: string): void => void stderr.write(`${line}\n`);
    const result = await benchmark({ ...options, env, progress });
    if (json) stdout.write(`${JSON.stringify(result.figures)}\n`);
    else stdout.write(`${result.tables.map(markdown ? toMarkdownTable : toTerminalTable).join('\n\n')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const names = [...benchmarks.keys()].join('|');
    stderr.write(
      `bench: ${error.message}\n` +
        `usage: npm run bench -- <${names}> [--rows N] [--designs A,B] [--formats A,B] [--processes N] [--json | --markdown]\n`,
    );
    return EXIT_USAGE;
  }
};

type Command = Omit<BenchmarkOptions, 'env' | 'progress'> & {
  readonly benchmark: Benchmark;
  readonly json: boolean;
  readonly markdown: boolean;
};

/** @throws UsageError */
const readCommand = (args: readonly string[], benchmarks: ReadonlyMap<string, Benchmark>): Command => {
  const { values, positionals } = parseOptions(args);
  const [name, ...others] = positionals;
  if (name === undefined) throw new UsageError('no benchmark is named');
  const benchmark = benchmarks.get(name);
  if (!benchmark) throw new UsageError(`there is no benchmark "${name}"`);
  if (others.length > 0) throw new UsageError('one benchmark at a time');
  return {
    benchmark,
    rows: readCount('--rows', values.rows),
    designs: values.designs?.split(','),
    formats: values.formats?.split(','),
    processes: readCount('--processes', values.processes),
    json: values.json,
    markdown: values.markdown,
  };
};

/** @throws UsageError */
const readCount = (option: string, value: string | undefined): number | undefined => {
  if (value === undefined) return undefined;
  if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new UsageError(`${option} takes a whole number above zero`);
  return Number(value);
};

const parseOptions = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rows: { type: 'string' },
        designs: { type: 'string' },
        formats: { type: 'string' },
        processes: { type: 'string' },
        json: { type: 'boolean', default: false },
        markdown: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
};
