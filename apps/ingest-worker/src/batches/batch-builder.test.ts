import fc from 'fast-check';
import { createCsvReader } from '../csv/csv-reader';
import { createRecordEncoder } from '../load/record-encoder';
import { mapColumns } from '../mapping/map-columns';
import { createRowNormalizer } from '../rows/normalize-row';
import { type Batch, type BatchLimits, createBatchBuilder } from './batch-builder';

const HEADER = ['email', 'name', 'note'];

interface Options {
  limits?: BatchLimits;
  chunkBytes?: number;
  after?: { batch: number; byteOffset: number; line: number };
}

function batchesOf(csv: string, options: Options = {}): Batch[] {
  const { limits = { bytesMax: 64, rowsMax: 5 }, after = { batch: 0, byteOffset: 0, line: 1 } } = options;
  const bytes = Buffer.from(csv).subarray(after.byteOffset);
  const { chunkBytes = bytes.length + 1 } = options;
  const columns = mapColumns(HEADER, {});
  const reader = createCsvReader({
    delimiter: 0x2c,
    limits: { fieldBytesMax: 30, rowBytesMax: 50 },
    offset: after.byteOffset,
    line: after.line,
  });
  const builder = createBatchBuilder({
    columns,
    dataset: 'test',
    normalizeRow: createRowNormalizer(columns, { country: null, today: '2026-01-01' }),
    createEncoder: createRecordEncoder({
      dataset: 'test',
      jobId: '0f5b7c1e-93a4-4f0e-8d6b-2f1c3a4b5c6d',
      startedMs: 1_767_225_600_000,
    }),
    limits,
    after,
  });
  const batches: Batch[] = [];
  const drain = (): void => {
    for (let record = reader.next(); record !== null; record = reader.next()) {
      const batch = builder.add(record, () => reader.raw());
      if (batch !== null) batches.push(batch);
    }
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    reader.push(bytes.subarray(at, at + chunkBytes));
    drain();
  }
  reader.end();
  drain();
  const rest = builder.finish();
  return rest === null ? batches : [...batches, rest];
}

/** The written rows as one buffer: how they are cut into chunks does not matter. */
const comparable = (batches: readonly Batch[]): unknown[] =>
  batches.map(({ rows, ...batch }) => ({ ...batch, rows: Buffer.concat(rows).toString('hex') }));

const row = fc.oneof(
  fc.nat(99).map((id) => `user${id}@example.com,User ${id},n`),
  fc.constantFrom(
    'a@example.com',
    ',,',
    'a,b,c,d',
    'a,b,c,,',
    '"open,x',
    '"a"b',
    'no mail,,',
    '',
    'x'.repeat(60),
  ),
);
const file = fc.array(row, { maxLength: 40 }).map((rows) => rows.join('\n'));

test('any way of reading the bytes gives the same batches', () => {
  fc.assert(
    fc.property(file, fc.integer({ min: 1, max: 70 }), (csv, chunkBytes) => {
      expect(comparable(batchesOf(csv, { chunkBytes }))).toEqual(comparable(batchesOf(csv)));
    }),
  );
});

test('going on after any batch gives the batches that follow', () => {
  fc.assert(
    fc.property(file, fc.nat(), (csv, pick) => {
      const all = batchesOf(csv);
      const done = all[pick % Math.max(1, all.length)];
      if (!done) return;
      const rest = batchesOf(csv, { after: { batch: done.number, byteOffset: done.end, line: done.line } });
      expect(comparable(rest)).toEqual(comparable(all.slice(done.number)));
    }),
  );
});

test('batches touch, are numbered, keep their bounds and hold every row once', () => {
  fc.assert(
    fc.property(file, (csv) => {
      const batches = batchesOf(csv);
      batches.forEach((batch, index) => {
        expect(batch.number).toBe(index + 1);
        expect(batch.start).toBe(batches[index - 1]?.end ?? 0);
        const rows = batch.rowsLoaded + batch.rejects.length;
        expect(rows).toBeGreaterThan(0);
        expect(rows).toBeLessThanOrEqual(5);
        if (index < batches.length - 1) expect(rows === 5 || batch.end - batch.start >= 64).toBe(true);
      });
      const [whole] = batchesOf(csv, { limits: { bytesMax: 1e9, rowsMax: 1e9 } });
      const sum = (count: (batch: Batch) => number): number =>
        batches.reduce((total, batch) => total + count(batch), 0);
      expect(sum(({ rowsLoaded }) => rowsLoaded)).toBe(whole?.rowsLoaded ?? 0);
      expect(batches.flatMap(({ rejects }) => rejects)).toEqual(whole?.rejects ?? []);
    }),
  );
});

test('rows that are rejected count towards a batch, so that its place does not depend on what survives', () => {
  const batches = batchesOf('a,b,c,d\n'.repeat(12), { limits: { bytesMax: 1_000, rowsMax: 5 } });
  expect(batches.map(({ rowsLoaded, rejects }) => [rowsLoaded, rejects.length])).toEqual([
    [0, 5],
    [0, 5],
    [0, 2],
  ]);
});

test('missing fields are empty, empty surplus fields are dropped, both with a warning; a rejected row gives none', () => {
  const [batch] = batchesOf('a@example.com\nb@example.com,,,,\nbad mail,,\nbad mail,Jane,\n');
  expect(batch?.rejects.map(({ code, line }) => [code, line])).toEqual([['no_identifier', 3]]);
  expect(batch?.warnings).toEqual({
    row: { missing_columns: 1, extra_empty_columns: 1 },
    email: { invalid_email: 1 },
  });
});
