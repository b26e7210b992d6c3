import { buildLookup } from './build-lookup';

test('e-mail addresses are found in the index, and their records read by key and tested again', () => {
  const values = ['a@example.com', 'b@example.com'];
  expect(buildLookup({ kind: 'emails', values, select: ['phone'] })).toEqual({
    sql: `SELECT email_match AS found_by, nullIf(phone, '') AS phone
FROM record_versions FINAL
PREWHERE dedupe_key IN (SELECT dedupe_key FROM record_lookups WHERE (kind = 'email' AND hash IN (SELECT cityHash64(arrayJoin({p0:Array(String)})))))
WHERE (email_match != '' AND email_match IN {p0:Array(String)})
ORDER BY dedupe_key
LIMIT 101 BY found_by`,
    params: { p0: values },
  });
});

test('record ids are the keys', () => {
  const values = ['0'.repeat(32)];
  const keys = 'dedupe_key IN (SELECT toFixedString(unhex(arrayJoin({p0:Array(String)})), 16))';
  expect(buildLookup({ kind: 'record_ids', values, select: ['record_id'] }).sql).toBe(
    `SELECT lower(hex(dedupe_key)) AS found_by, lower(hex(dedupe_key)) AS record_id
FROM record_versions FINAL
PREWHERE ${keys}
WHERE ${keys}
ORDER BY dedupe_key
LIMIT 101 BY found_by`,
  );
});
