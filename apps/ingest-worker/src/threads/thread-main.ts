/** A worker thread: takes segments, gives batches. Its entry is a file of its own in the bundle. */
import { parentPort, type MessagePort } from 'node:worker_threads';
import { createSegmentEncoder, type SegmentEncoder } from './encode-segment';
import { type ThreadAnswer, type ThreadRequest } from './batch-work';

export function serveThread(port: MessagePort): void {
  const encoders = new Map<number, SegmentEncoder>();
  port.on('message', (request: ThreadRequest) => {
    if (request.kind === 'forget') {
      encoders.delete(request.contextId);
      return;
    }
    const { id, contextId, context, batch, segment } = request.task;
    let answer: ThreadAnswer;
    try {
      let encoder = encoders.get(contextId);
      if (!encoder) {
        if (context === null) throw new Error('a task came before its context');
        encoder = createSegmentEncoder(context);
        encoders.set(contextId, encoder);
      }
      const bytes = Buffer.from(segment.buffer, segment.byteOffset, segment.byteLength);
      answer = { id, result: encoder.encode(batch, bytes) };
      // Read to its end: the collector would take its time with it.
      if (segment.buffer instanceof ArrayBuffer) segment.buffer.transfer(0);
    } catch (error) {
      // The stack names our code; a message could quote a row.
      const stack =
        error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
      answer = { id, failure: [error instanceof Error ? error.name : 'error', ...stack].join('\n') };
    }
    const block = 'result' in answer ? answer.result.block : null;
    port.postMessage(answer, block === null ? [] : [block.buffer as ArrayBuffer]);
  });
}

if (parentPort) serveThread(parentPort);
