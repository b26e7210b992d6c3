import { buildRawLoad, rawSettings } from './raw-load';

describe('the raw load', () => {
  it('fills the physical columns of the file with versions in front, and the origin with constants', () => {
    const sql = buildRawLoad('/tmp/people.csv', 'csv');
    expect(sql).toMatch(
      /^INSERT INTO record_versions \(dedupe_key, load, .*v_email, v_phone, .*v_birth_date\)$/m,
    );
    expect(sql).toContain(`concat(unhex('0000000100001000'), birth_date)`);
    expect(sql).toContain(`FROM file('/tmp/people.csv', 'CSVWithNames', 'email String,`);
  });

  it('quotes the path', () => {
    expect(buildRawLoad(`/tmp/o'neill.ndjson`, 'ndjson')).toContain(
      `file('/tmp/o\\'neill.ndjson', 'JSONEachRow'`,
    );
  });

  it('reads and inserts on all processors, and does not merge at the insert', () => {
    expect(rawSettings(8, 1_000)).toMatchObject({
      ...{ max_threads: 8, max_insert_threads: 8, input_format_parallel_parsing: 1, optimize_on_insert: 0 },
    });
  });
});
