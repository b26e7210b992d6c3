import { queryAnswerSchema } from '@bigdata/models';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { insertMany } from '../testing/insert-many';
import { startTestService, type TestService } from '../testing/test-service';

const RECORDS = 200_000;
const LIMIT = 1_000;
const LOADED_AT_ONCE = 5_000;

let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const { url, database, cluster, drop: dropDatabase } = await createClickHouseDatabase();
  drop = dropDatabase;
  service = await startTestService({ clickhouseUrl: url, database, cluster, port: await freePort() });
  await insertMany(service.clickhouse, { dataset: 'before', rows: RECORDS });
}, 120_000);

afterAll(async () => {
  await service.stop();
  await drop();
});

/**
 * Loads that bring new records and others that are there already; each is undone after the next but one.
 * @returns how many there were
 */
async function loadUntil(isOver: () => boolean): Promise<number> {
  let loads = 0;
  for (let load = 2; !isOver(); load += 1, loads += 1) {
    const known = (load * 37_000) % (RECORDS - LOADED_AT_ONCE);
    for (const from of [known, RECORDS + load * LOADED_AT_ONCE]) {
      await insertMany(service.clickhouse, { dataset: 'meanwhile', rows: LOADED_AT_ONCE, from, load });
    }
    if (load < 4) continue;
    const { client, tables } = service.clickhouse;
    for (const table of ['record_versions', 'record_lookups'].map(tables.everywhere)) {
      await client.command({ query: `ALTER TABLE ${table} DROP PARTITION ${load - 2}` });
    }
  }
  return loads;
}

async function idsBefore(): Promise<string[]> {
  const answer = await service.clickhouse.client.query({
    query: `SELECT lower(hex(sipHash128(number))) AS id FROM numbers(${RECORDS})`,
    format: 'JSONEachRow',
  });
  return (await answer.json<{ id: string }>()).map(({ id }) => id);
}

test('while loads run and are undone, pages give each record that is there throughout exactly once', async () => {
  let isOver = false;
  const loading = loadUntil(() => isOver);
  const seen = new Map<unknown, number>();
  let cursor: string | null = null;
  do {
    const answer = await service.query({ select: ['record_id'], limit: LIMIT, ...(cursor && { cursor }) });
    const { data, page } = queryAnswerSchema.parse(answer.body);
    for (const { record_id: id } of data) seen.set(id, (seen.get(id) ?? 0) + 1);
    cursor = page.next_cursor;
  } while (cursor !== null);
  isOver = true;
  expect(await loading).toBeGreaterThan(2);
  expect((await idsBefore()).filter((id) => seen.get(id) !== 1)).toEqual([]);
  expect([...seen].filter(([, times]) => times > 1)).toEqual([]);
}, 300_000);
