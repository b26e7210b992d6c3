import { buildRejectsQuery } from './rejects.repository';

test('a page of rejects follows the order of the file', () => {
  expect(buildRejectsQuery({ jobId: 'job', after: '17', rowsMax: 3 })).toEqual({
    sql: `SELECT line, byte_offset, column, code, reason, raw
FROM ingest_rejects FINAL
WHERE job_id = {p0:UUID} AND byte_offset > {p1:UInt64}
ORDER BY byte_offset LIMIT {p2:UInt64}`,
    params: { p0: 'job', p1: '17', p2: '3' },
  });
});
