import { type Benchmark } from './benchmark';
import { runBench } from './program';

type Run = { code: number; out: string; err: string; rows: number | undefined };

const run = async (...args: string[]): Promise<Run> => {
  const seen: Omit<Run, 'code'> = { out: '', err: '', rows: undefined };
  const fake: Benchmark = ({ rows }) => {
    seen.rows = rows;
    return {
      lines: [{ what: 'phones', figure: '7/s', note: 'of a fake' }],
      figures: { phones_per_s: 7, node: 'v24' },
    };
  };
  const code = await runBench(args, new Map([['fake', fake]]), {
    stdout: { write: (text: string) => (seen.out += text) },
    stderr: { write: (text: string) => (seen.err += text) },
  });
  return { code, ...seen };
};

describe('bench', () => {
  it('prints a table for people', async () => {
    const { code, out, rows } = await run('fake');
    expect(code).toBe(0);
    expect(out).toContain('7/s');
    expect(out).not.toContain('{');
    expect(rows).toBeUndefined();
  });

  it('ends with one line of JSON when asked to, and hands the number of rows on', async () => {
    const { code, out, rows } = await run('fake', '--rows', '500', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toEqual({ phones_per_s: 7, node: 'v24' });
    expect(rows).toBe(500);
  });

  it.each([
    [[], 'no benchmark is named'],
    [['ingest'], 'there is no benchmark "ingest"'],
    [['fake', 'fake'], 'one benchmark at a time'],
    [['fake', '--rows', '0'], '--rows takes a whole number above zero'],
    [['fake', '--rows', 'many'], '--rows takes a whole number above zero'],
    [['fake', '--fast'], '--fast'],
  ])('refuses %j with exit code 2, and lists the benchmarks that exist', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).toContain('npm run bench -- <fake>');
  });
});
