import { type Benchmark, type BenchmarkOptions, UsageError } from './benchmark';
import { runBench } from './program';

type Run = { code: number; out: string; err: string; given: Partial<BenchmarkOptions> };

const run = async (...args: string[]): Promise<Run> => {
  const seen: Omit<Run, 'code'> = { out: '', err: '', given: {} };
  const fake: Benchmark = (options) => {
    seen.given = options;
    if (options.designs?.includes('none')) throw new UsageError('there is no design "none"');
    options.progress('measuring');
    return {
      tables: [{ head: ['what', 'figure'], rows: [['phones', '7/s']] }],
      figures: { phones_per_s: 7, node: 'v24' },
    };
  };
  const code = await runBench(args, new Map([['fake', fake]]), {
    stdout: { write: (text: string) => (seen.out += text) },
    stderr: { write: (text: string) => (seen.err += text) },
    env: {},
  });
  return { code, ...seen };
};

describe('bench', () => {
  it('prints a table for people, and what it does meanwhile on stderr', async () => {
    const { code, out, err, given } = await run('fake');
    expect(code).toBe(0);
    expect(out).toContain('7/s');
    expect(out).not.toContain('{');
    expect(err).toBe('measuring\n');
    expect(given.rows).toBeUndefined();
  });

  it('prints one line of JSON when asked to, with the rest on stderr, and hands the options on', async () => {
    const { code, out, err, given } = await run(
      ...'fake --rows 500 --designs a,b --formats csv,xml --processes 2 --json'.split(' '),
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ phones_per_s: 7, node: 'v24' });
    expect(err).toBe('measuring\n');
    expect(given).toMatchObject({ rows: 500, designs: ['a', 'b'], formats: ['csv', 'xml'], processes: 2 });
  });

  it('prints markdown when asked to', async () => {
    const { out } = await run('fake', '--markdown');
    expect(out).toContain('| phones | 7/s    |');
  });

  it.each([
    [[], 'no benchmark is named'],
    [['ingest'], 'there is no benchmark "ingest"'],
    [['fake', 'fake'], 'one benchmark at a time'],
    [['fake', '--rows', '0'], '--rows takes a whole number above zero'],
    [['fake', '--rows', 'many'], '--rows takes a whole number above zero'],
    [['fake', '--processes', '0'], '--processes takes a whole number above zero'],
    [['fake', '--designs', 'none'], 'there is no design "none"'],
    [['fake', '--fast'], '--fast'],
  ])('refuses %j with exit code 2, and lists the benchmarks that exist', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).toContain('npm run bench -- <fake>');
  });
});
