import {
  lookupAnswerSchema,
  type LookupAnswer,
  RECORD_FIELD_NAMES,
  type RecordFieldName,
} from '@bigdata/models';
import { problemSchema } from '@bigdata/platform';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { insertRows, recordIdOf } from '../testing/stored-row';
import { startTestService, type TestAnswer, type TestService } from '../testing/test-service';

const JANE = 'jane-00000000001';
const JOHN = 'john-00000000001';

let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const created = await createClickHouseDatabase();
  drop = created.drop;
  service = await startTestService({
    clickhouseUrl: created.url,
    database: created.database,
    cluster: created.cluster,
    port: await freePort(),
  });
  await service.clickhouse.client.command({
    query: `SYSTEM STOP MERGES ${service.clickhouse.tables.stored('record_versions')}`,
  });
  await insertRows(service.clickhouse, [
    { key: JANE, load: 1, email: 'jane.doe@gmail.com', phone: '+14155550132', full_name: 'Jane Doe' },
    { key: JOHN, load: 1, email: 'old@example.com', full_name: 'John Roe', phone: '+14155550132' },
  ]);
  // A later load replaces the address: unmerged, both rows are there.
  await insertRows(service.clickhouse, [{ key: JOHN, load: 2, email: 'new@example.com' }]);
  await insertRows(
    service.clickhouse,
    Array.from({ length: 101 }, (_, index) => ({
      key: `desk-${String(index).padStart(11, '0')}`,
      phone: '+442079460000',
    })),
  );
});

afterAll(async () => {
  await service.stop();
  await drop();
});

function lookup(body: unknown, fields?: RecordFieldName[], accept = 'application/json'): Promise<TestAnswer> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
  };
  return service.ask('/v1/lookup', init, fields === undefined ? {} : { fields });
}

function data(answer: TestAnswer): LookupAnswer['data'] {
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${JSON.stringify(answer.body)}`);
  return lookupAnswerSchema.parse(answer.body).data;
}

test('every item is answered, in the order asked, found or not, again when it comes again', async () => {
  const emails = ['nobody@example.com', ' Jane.Doe+x@GoogleMail.com ', 'nonsense', 'JANEDOE@gmail.com', ''];
  const answer = await lookup({ emails, select: ['full_name'] });
  const records = [{ full_name: 'Jane Doe' }];
  expect(data(answer)).toEqual([
    { input: emails[0], normalized: 'nobody@example.com', found: false, records: [] },
    { input: emails[1], normalized: 'janedoe@gmail.com', found: true, records },
    { input: emails[2], normalized: null, found: false, records: [] },
    { input: emails[3], normalized: 'janedoe@gmail.com', found: true, records },
    { input: emails[4], normalized: null, found: false, records: [] },
  ]);
  expect(answer.headers.get('x-bigdata-rows')).toBe('1');
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
});

test('a value that a later load replaced finds nothing, merged or not', async () => {
  const found = data(await lookup({ emails: ['old@example.com', 'new@example.com'], select: ['record_id'] }));
  expect(found.map(({ records }) => records)).toEqual([[], [{ record_id: recordIdOf(JOHN) }]]);
});

test('national phone numbers need their country, and one number may find several records', async () => {
  const phones = ['(415) 555-0132', '+1 415 555 0132'];
  const select = ['record_id'];
  const both = [JANE, JOHN].map((key) => ({ record_id: recordIdOf(key) }));
  expect(data(await lookup({ phones, select, country: 'United States' }))).toEqual(
    phones.map((input) => ({ input, normalized: '+14155550132', found: true, records: both })),
  );
  expect(data(await lookup({ phones, select })).map(({ normalized }) => normalized)).toEqual([
    null,
    '+14155550132',
  ]);
});

test('record ids are found in any case, with every field by default', async () => {
  const input = recordIdOf(JANE).toUpperCase();
  const [item] = data(await lookup({ record_ids: [input] }));
  expect(item).toMatchObject({ input, normalized: recordIdOf(JANE), found: true });
  expect(Object.keys(item?.records[0] ?? {}).sort()).toEqual([...RECORD_FIELD_NAMES].sort());
});

test('an item with more records than an answer shows says so', async () => {
  const answer = await lookup({ phones: ['+442079460000'], select: ['record_id'] });
  const [item] = data(answer);
  expect(item?.records).toHaveLength(100);
  expect(item?.has_more).toBe(true);
  expect(answer.headers.get('x-bigdata-rows')).toBe('100');
});

test('a thousand items are one call, and a thousand and one are refused', async () => {
  const emails = Array.from({ length: 999 }, (_, index) => `${'x'.repeat(60)}${index}@example.com`);
  const found = data(await lookup({ emails: [...emails, 'new@example.com'], select: ['full_name'] }));
  expect(found.map(({ found: isFound }) => isFound)).toEqual([...emails.map(() => false), true]);
  expect(found.at(-1)?.records).toEqual([{ full_name: 'John Roe' }]);
  const refused = await lookup({ emails: [...emails, 'a@example.com', 'b@example.com'] });
  expect([refused.status, problemSchema.parse(refused.body).errors?.[0]?.pointer]).toEqual([422, '#/emails']);
});

test.each([
  ['nothing to look up', {}, '#'],
  ['two kinds at once', { emails: ['a@example.com'], phones: ['+14155550132'] }, '#/phones'],
  ['an unknown member', { emails: ['a@example.com'], selekt: [] }, '#/selekt'],
  ['a country that is none', { phones: ['1'], country: 'Atlantis' }, '#/country'],
])('is refused with %s', async (_what, body, pointer) => {
  const answer = await lookup(body);
  expect(answer.status).toBe(422);
  expect(problemSchema.parse(answer.body)).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
});

test('takes no format but JSON', async () => {
  expect((await lookup({ emails: ['a@example.com'] }, undefined, 'text/csv')).status).toBe(406);
});

test('a key with a mask sees and searches nothing else', async () => {
  const mask: RecordFieldName[] = ['email', 'full_name'];
  const [item] = data(await lookup({ emails: ['new@example.com'] }, mask));
  expect(item?.records).toEqual([{ email: 'new@example.com', full_name: 'John Roe' }]);
  for (const [body, pointer] of [
    [{ emails: ['new@example.com'], select: ['email', 'phone'] }, '#/select/1'],
    [{ phones: ['+14155550132'] }, '#/phones'],
  ]) {
    const refused = await lookup(body, mask);
    expect([refused.status, problemSchema.parse(refused.body).errors?.[0]?.pointer]).toEqual([422, pointer]);
  }
});
