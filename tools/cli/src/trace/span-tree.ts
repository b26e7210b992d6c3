/** The spans of one request as the tree that they are. Pure. */
import { type ReceivedSpan } from './receive-spans';

export interface SpanNode {
  readonly service: string;
  readonly name: string;
  /** From the beginning of the trace. */
  readonly start_ms: number;
  readonly duration_ms: number;
  readonly attributes: ReceivedSpan['attributes'];
  readonly children: readonly SpanNode[];
}

/** The span of the request itself, as the gateway tells it. */
export function findRoot(spans: readonly ReceivedSpan[], requestId: string): ReceivedSpan | null {
  return (
    spans.find(
      ({ service, attributes }) => service === 'gateway' && attributes['bigdata.request_id'] === requestId,
    ) ?? null
  );
}

/** Spans whose parent is still on its way are not in it: `missing` says how many. */
export function toTree(
  spans: readonly ReceivedSpan[],
  root: ReceivedSpan,
): { tree: SpanNode; missing: number } {
  const own = spans.filter(({ traceId }) => traceId === root.traceId);
  const byParent = Map.groupBy(own, ({ parentId }) => parentId);
  let placed = 0;
  const toNode = (span: ReceivedSpan): SpanNode => {
    placed += 1;
    const children = (byParent.get(span.spanId) ?? []).toSorted((one, other) => one.startMs - other.startMs);
    return {
      service: span.service,
      name: span.name,
      start_ms: Math.round((span.startMs - root.startMs) * 1_000) / 1_000,
      duration_ms: span.durationMs,
      attributes: span.attributes,
      children: children.map(toNode),
    };
  };
  const tree = toNode(root);
  return { tree, missing: own.length - placed };
}

export interface SpanRow {
  readonly service: string;
  /** Indented by its depth. */
  readonly span: string;
  readonly start_ms: number;
  readonly duration_ms: number;
  /** What finds it elsewhere: query id, status. */
  readonly note: string;
}

export function toRows(node: SpanNode, depth = 0): SpanRow[] {
  const { service, name, start_ms, duration_ms, attributes, children } = node;
  const notes = [
    attributes['http.response.status_code'],
    attributes['clickhouse.query_id'] === undefined
      ? undefined
      : `query_id ${attributes['clickhouse.query_id']}`,
    attributes['error.type'],
  ];
  return [
    {
      ...{ service, start_ms, duration_ms },
      span: `${'· '.repeat(depth)}${name}`,
      note: notes.filter((note) => note !== undefined).join(', '),
    },
    ...children.flatMap((child) => toRows(child, depth + 1)),
  ];
}
