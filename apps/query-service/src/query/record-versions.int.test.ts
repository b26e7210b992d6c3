import { type ClickHouse, migrateUp, openClickHouse } from '@bigdata/clickhouse';
import { emailMatchKey, foldForMatch } from '@bigdata/normalization';
import { Secret } from '@bigdata/platform';
import { createClickHouseDatabase } from '@bigdata/testing';
import fc from 'fast-check';
import { z } from 'zod';
import { mergeRows } from '../testing/merged-record';
import { insertRows, jobIdOf, recordIdOf, SEEN_AT, type StoredRow } from '../testing/stored-row';
import { RECORDS_TABLE } from './record-columns';

const KEYS = ['a', 'b', 'c'].map((letter) => letter.repeat(16));
/** As texts in another order than as numbers; in every byte of a version. */
const LOADS = [2, 10, 256, 70_000];
const PLACES_MAX = 300;

/** Values with and without a spelling of their own to compare by, and one that sorts against the order of loads. */
const VALUES = {
  email: ['jane.doe@gmail.com', 'zoe@example.com', 'a@example.com'],
  phone: ['+14155550132', '+442079460000'],
  phone_extension: ['12', '9'],
  full_name: ["Seán O'Neill", 'Jane Doe', 'ÄRA'],
  city: ['Berlin', 'São Paulo'],
  job_title: ['Zookeeper', 'Archivist'],
  attribute: ['gold', 'a'],
  raw: ['JANE.DOE@GMAIL.COM', ' zoe@example.com'],
} as const;
const field = (name: keyof typeof VALUES) => fc.constantFrom(...VALUES[name]);

const rowsOfLoads: fc.Arbitrary<StoredRow[]> = fc
  .uniqueArray(
    fc.record(
      {
        key: fc.constantFrom(...KEYS),
        load: fc.constantFrom(...LOADS),
        place: fc.integer({ min: 1, max: PLACES_MAX }),
        email: field('email'),
        phone: field('phone'),
        phone_extension: field('phone_extension'),
        full_name: field('full_name'),
        city: field('city'),
        job_title: field('job_title'),
        attributes: fc.dictionary(fc.constantFrom('tier', 'plan'), field('attribute')),
        raw: fc.record({ email: field('raw') }, { requiredKeys: [] }),
        updated_at: fc.constantFrom(SEEN_AT, '2026-02-01 08:30:00.250'),
      },
      { requiredKeys: ['key', 'load', 'place'] },
    ),
    // A row of a source stands at one place.
    { minLength: 6, maxLength: 16, selector: ({ load, place }) => `${load} ${place}` },
  )
  .map((rows) =>
    rows.map(({ phone_extension, ...row }) =>
      row.phone === undefined || phone_extension === undefined ? row : { ...row, phone_extension },
    ),
  );

/** The same rows in any order, some of them twice, cut into inserts. */
const insertsOf = (rows: readonly StoredRow[]): fc.Arbitrary<StoredRow[][]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...rows], { minLength: rows.length }),
      fc.subarray([...rows]),
      fc.integer({ min: 1, max: 4 }),
    )
    .map(([all, again, count]) =>
      [...all, ...again]
        .map((row, index) => ({ row, part: index % count }))
        .reduce<StoredRow[][]>((parts, { row, part }) => {
          (parts[part] ??= []).push(row);
          return parts;
        }, []),
    );

let clickhouse: ClickHouse;
let drop: () => Promise<void>;

beforeAll(async () => {
  const created = await createClickHouseDatabase();
  drop = created.drop;
  clickhouse = openClickHouse({
    url: new Secret(created.url),
    database: created.database,
    cluster: created.cluster,
    application: 'test',
    requestTimeoutMs: 30_000,
    connectionsMax: 4,
  });
  await migrateUp(clickhouse);
});

afterAll(async () => {
  await clickhouse.close();
  await drop();
});

const run = (query: string) => clickhouse.client.command({ query });
const startAfresh = async (): Promise<void> => {
  await run(`TRUNCATE TABLE ${RECORDS_TABLE}`);
  await run(`SYSTEM STOP MERGES ${RECORDS_TABLE}`);
};
const mergeParts = async (): Promise<void> => {
  await run(`SYSTEM START MERGES ${RECORDS_TABLE}`);
  await run(`OPTIMIZE TABLE ${RECORDS_TABLE} FINAL`);
};

const TEXTS = ['email', 'phone', 'phone_extension', 'full_name', 'city', 'job_title'];
const MATCHES = ['email_match', 'full_name_match', 'city_match'];
const shownRow = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())]));

async function shown(): Promise<unknown[]> {
  const answer = await clickhouse.client.query({
    query: `SELECT lower(hex(dedupe_key)) AS record_id, ${[...TEXTS, ...MATCHES].join(', ')}, attributes, raw_values,
      toString(ingest_id) AS ingest_id, toString(first_seen_at) AS first_seen_at, toString(updated_at) AS updated_at
      FROM ${RECORDS_TABLE} FINAL ORDER BY dedupe_key`,
    format: 'JSONEachRow',
  });
  return z.array(shownRow).parse(await answer.json());
}

function expected(rows: readonly StoredRow[]): unknown[] {
  return KEYS.flatMap((key) => {
    const ofKey = rows.filter((row) => row.key === key);
    if (ofKey.length === 0) return [];
    const record = mergeRows(ofKey);
    const text = (name: string): string => record.get(name) ?? '';
    const among = (prefix: string) =>
      Object.fromEntries(
        [...record]
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, value]) => [name.slice(prefix.length), value]),
      );
    return [
      {
        record_id: recordIdOf(key),
        ...Object.fromEntries(TEXTS.map((name) => [name, text(name)])),
        email_match: text('email') && emailMatchKey(text('email')),
        full_name_match: foldForMatch(text('full_name')),
        city_match: foldForMatch(text('city')),
        attributes: among('attributes.'),
        raw_values: among('raw.'),
        ingest_id: text('ingest_id'),
        first_seen_at: text('first_seen_at'),
        updated_at: text('updated_at'),
      },
    ];
  });
}

test('order, repetition, partition and merges of inserts change nothing, and undoing a load leaves the others', async () => {
  const cases = rowsOfLoads.chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      inserts: insertsOf(rows),
      sealed: fc.subarray(LOADS, { maxLength: LOADS.length - 1 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, inserts, sealed }) => {
      await startAfresh();
      const stored = ({ load, ...row }: StoredRow): StoredRow =>
        sealed.includes(load!) ? { ...row, load: load!, partition: 0 } : { ...row, load: load! };
      for (const part of inserts) await insertRows(clickhouse, part.map(stored));
      expect(await shown()).toEqual(expected(rows));

      const undone = LOADS.find((load) => !sealed.includes(load))!;
      await run(`ALTER TABLE ${RECORDS_TABLE} DROP PARTITION ${undone}`);
      const kept = rows.filter(({ load }) => load !== undone);
      expect(await shown()).toEqual(expected(kept));

      await mergeParts();
      expect(await shown()).toEqual(expected(kept));
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('a value, its spelling to compare by and its extension come from one row: stale ones are left out', async () => {
  await startAfresh();
  const key = KEYS[0]!;
  const late = { key, load: 2, email: 'jane@example.com', phone: '+442079460000', city: 'Berlin' };
  const early = {
    key,
    load: 1,
    email: 'jane.doe@gmail.com',
    phone: '+14155550132',
    phone_extension: '12',
    city: 'São Paulo',
    raw: { email: 'JANE.DOE@GMAIL.COM' },
  };
  await insertRows(clickhouse, [late]);
  await insertRows(clickhouse, [early]);
  const both = {
    email: 'jane@example.com',
    email_match: 'jane@example.com',
    phone: '+442079460000',
    phone_extension: '',
    city_match: 'berlin',
    raw_values: {},
    ingest_id: jobIdOf(2),
  };
  expect(await shown()).toMatchObject([both]);
  await mergeParts();
  expect(await shown()).toMatchObject([both]);

  await run(`ALTER TABLE ${RECORDS_TABLE} DROP PARTITION 2`);
  expect(await shown()).toMatchObject([
    {
      email: 'jane.doe@gmail.com',
      email_match: 'janedoe@gmail.com',
      phone_extension: '12',
      city_match: 'sao paulo',
      raw_values: { email: 'JANE.DOE@GMAIL.COM' },
      ingest_id: jobIdOf(1),
    },
  ]);
});
