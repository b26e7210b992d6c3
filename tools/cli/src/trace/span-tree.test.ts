import { type ReceivedSpan } from './receive-spans';
import { findRoot, toRows, toTree } from './span-tree';

const span = (spanId: string, parentId: string | null, more: Partial<ReceivedSpan> = {}): ReceivedSpan => ({
  ...{ traceId: 'trace', spanId, parentId, service: 'gateway', name: spanId },
  ...{ startMs: 1_000, durationMs: 1, attributes: {} },
  ...more,
});

const root = span('root', 'of-the-client', { attributes: { 'bigdata.request_id': 'request' } });

test('spans stand below what they are a part of, in the order in which they began', () => {
  const spans = [
    span('statement', 'query', {
      service: 'query-service',
      startMs: 1_004,
      attributes: { 'clickhouse.query_id': 'q' },
    }),
    span('query', 'root', { startMs: 1_003 }),
    span('charge', 'root', { startMs: 1_001 }),
    root,
    span('other', null, { traceId: 'another' }),
  ];
  expect(findRoot(spans, 'request')).toBe(root);
  const { tree, missing } = toTree(spans, root);
  expect(missing).toBe(0);
  expect(toRows(tree).map(({ span: name, start_ms, note }) => [name, start_ms, note])).toEqual([
    ['root', 0, ''],
    ['· charge', 1, ''],
    ['· query', 3, ''],
    ['· · statement', 4, 'query_id q'],
  ]);
});

test('a span whose parent has not come yet is missing', () => {
  expect(toTree([root, span('statement', 'query')], root).missing).toBe(1);
});

test('another request has no root here', () => {
  expect(findRoot([root], 'another')).toBeNull();
});
