import { CliError } from '../cli-error';
import { type SpanReceiver } from './receive-spans';
import { findRoot, type SpanNode, toTree } from './span-tree';

/** Services send what has ended once a second: after this long without a new span there is none on its way. */
const QUIET_MS = 2_500;
const LOOK_EVERY_MS = 100;

export interface TraceWait {
  readonly timeoutMs: number;
  readonly wait: (ms: number) => Promise<void>;
  /** What the trace has to hold before it counts as whole. */
  readonly isWhole: (tree: SpanNode) => boolean;
}

/** @throws CliError when no span of the request comes in time */
export async function awaitTrace(
  receiver: SpanReceiver,
  requestId: string,
  { timeoutMs, wait, isWhole }: TraceWait,
): Promise<SpanNode> {
  const until = Date.now() + timeoutMs;
  let [count, sinceMs] = [0, Date.now()];
  for (;;) {
    const spans = receiver.spans();
    if (spans.length !== count) [count, sinceMs] = [spans.length, Date.now()];
    const root = findRoot(spans, requestId);
    const found = root && toTree(spans, root);
    const quiet = Date.now() - sinceMs >= QUIET_MS;
    if (found && quiet && found.missing === 0 && isWhole(found.tree)) return found.tree;
    if (Date.now() >= until) {
      if (found) return found.tree;
      throw new CliError(
        `No trace of request ${requestId} came. The services send one when they run with ` +
          `OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${receiver.port} and the gateway with TRACE_RATIO=1.`,
      );
    }
    await wait(LOOK_EVERY_MS);
  }
}
