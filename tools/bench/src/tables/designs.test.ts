import { buildCreate, DESIGNS } from './designs';

const design = (name: string) => {
  const found = DESIGNS.get(name);
  if (!found) throw new Error(`there is no design ${name}`);
  return found;
};

describe('the designs of the benchmark of tables', () => {
  it.each([...DESIGNS])('%s has a value for each of its columns', (_name, { columns, values }) => {
    expect(values({ load: 1, batch: 0 })).toHaveLength(columns.length);
  });

  it('puts load and batch in front of every value, as the worker does, and nothing in front of an empty one', () => {
    const [load, email] = design('packed').values({ load: 2, batch: 3 });
    expect(load).toBe('2');
    expect(email).toBe(`if(empty(email), '', concat(unhex('0000000200003000'), email))`);
    expect(design('packed').read('email')).toBe('substring(email, 9)');
  });

  it('keeps loads apart where a load is a partition', () => {
    expect(buildCreate('t', design('packed-partitions'))).toContain('PARTITION BY load');
    expect(buildCreate('t', design('packed'))).not.toContain('PARTITION BY');
  });
});
