import { fieldsAnswerSchema, filterSchema, RECORD_FIELD_NAMES, type RecordFieldName } from '@bigdata/models';
import { createClickHouseDatabase, freePort, testServers } from '@bigdata/testing';
import { insertRows } from '../testing/stored-row';
import { startTestService, type TestService } from '../testing/test-service';

const key = (letter: string): string => letter.repeat(16);

let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const { url, database, cluster, drop: dropDatabase } = await createClickHouseDatabase();
  drop = dropDatabase;
  service = await startTestService({
    clickhouseUrl: url,
    database,
    cluster,
    redisUrl: testServers().redisUrl,
    port: await freePort(),
  });
});

afterAll(async () => {
  await service.stop();
  await drop();
});

async function fields(mask?: RecordFieldName[]) {
  const answer = await service.ask('/v1/fields', {}, mask === undefined ? {} : { fields: mask });
  expect(answer.status).toBe(200);
  return fieldsAnswerSchema.parse(answer.body);
}

test('coverage is 0 while there are no records, and follows a load', async () => {
  expect((await fields()).fields.every(({ coverage }) => coverage === 0)).toBe(true);
  await insertRows(service.clickhouse, [
    { key: key('a'), dataset: 'people', email: 'a@example.com' },
    { key: key('b'), dataset: 'people', attributes: { tier: 'gold' } },
  ]);
  const found = await fields();
  const coverage = Object.fromEntries(found.fields.map(({ name, coverage: share }) => [name, share]));
  expect(coverage).toMatchObject({ record_id: 1, updated_at: 1, email: 0.5, attributes: 0.5, phone: 0 });
  expect(found.fields.map(({ name }) => name)).toEqual(RECORD_FIELD_NAMES);
});

test('a filter takes the operators that are listed, and no other', async () => {
  const { fields: found } = await fields();
  const field = found.find(({ name }) => name === 'record_id');
  expect(field).toMatchObject({ type: 'id' });
  expect(field?.operators).not.toContain('contains');
  const contains = (name: string) =>
    filterSchema.safeParse({ field: name, op: 'contains', value: 'acme' }).success;
  expect(found.find(({ name }) => name === 'company')?.operators).toContain('contains');
  expect([contains('company'), contains('record_id')]).toEqual([true, false]);
});

test('a key is told of the fields that it may see, and of attributes only with them', async () => {
  const masked = await fields(['email', 'country']);
  expect(masked.fields.map(({ name }) => name)).toEqual(['email', 'country']);
  expect(masked.attributes).toBeNull();
  expect((await fields(['attributes'])).attributes).toMatchObject({ name: 'attributes.<name>' });
});
