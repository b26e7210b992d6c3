import { nameTables } from '@bigdata/clickhouse';
import { createLogger, NO_SPAN } from '@bigdata/platform';
import { type SelectRunner } from '../clickhouse/select-runner';
import { createRecordsRepository } from './records.repository';

const context = {
  requestId: 'request-0001',
  caller: { kind: 'service', name: 'test' },
  signal: new AbortController().signal,
  log: createLogger({ service: 'test', level: 'error', format: 'json' }),
  span: NO_SPAN,
} as const;

test('rows are estimated by one statement that explains, over all tables that it would read', async () => {
  const statements: string[] = [];
  const select: SelectRunner = ({ sql }) => {
    statements.push(sql);
    return Promise.resolve({
      rows: [
        { table: 'record_versions', parts: 2, rows: 2_048, marks: 2 },
        { table: 'record_lookups', parts: 1, rows: 1_024, marks: 1 },
      ],
      statistics: { elapsedMs: 1, rowsRead: 0, bytesRead: 0 },
    });
  };
  const page = { filter: null, select: undefined, after: null, rowsMax: 101 };
  expect(await createRecordsRepository(select, nameTables('bigdata', null)).estimateRows(page, context)).toBe(
    3_072,
  );
  expect(statements).toEqual([expect.stringMatching(/^EXPLAIN ESTIMATE SELECT dedupe_key FROM/)]);
});
