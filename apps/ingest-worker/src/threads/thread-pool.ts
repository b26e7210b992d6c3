/**
 * Worker threads that all jobs of the process share. Reading and normalising run there, so that the main thread's
 * event loop stays free for heartbeats, locks and inserts. A thread is started when there is work for it; one that dies
 * fails the tasks it had, and the next task starts another, so that one that cannot run is not started over and over.
 */
import { type Worker } from 'node:worker_threads';
import { AppError } from '@bigdata/models';
import { type BatchContext, type EncodedSegment, type ThreadAnswer, type ThreadRequest } from './batch-work';

export interface ThreadPool {
  readonly threads: number;
  /** A view of the pool for one job. */
  open(context: BatchContext): ThreadJob;
  close(): Promise<void>;
}

export interface ThreadJob {
  /** Takes the segment's memory. @throws AppError `internal` when the thread met a bug or died */
  encode(batch: number, segment: Buffer): Promise<EncodedSegment>;
  /** Lets the threads forget the job. */
  close(): void;
}

export interface ThreadPoolOptions {
  readonly threads: number;
  /** Makes a thread; it runs `serveThread`. */
  readonly spawn: () => Worker;
}

/** A thread answers in the order of its tasks, and two keep it busy while an answer is on its way. */
const TASKS_PER_THREAD = 2;

interface Pending {
  readonly request: { readonly contextId: number; readonly batch: number; readonly segment: Buffer };
  readonly resolve: (result: EncodedSegment) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly tasks: Map<number, Pending>;
  readonly contexts: Set<number>;
}

export function createThreadPool({ threads: size, spawn }: ThreadPoolOptions): ThreadPool {
  const threads: Thread[] = [];
  const waiting: Pending[] = [];
  const contexts = new Map<number, BatchContext>();
  let nextId = 1;
  let closing = false;

  const start = (): void => {
    const worker = spawn();
    const thread: Thread = { worker, tasks: new Map(), contexts: new Set() };
    threads.push(thread);
    worker.on('message', (answer: ThreadAnswer) => {
      const task = thread.tasks.get(answer.id);
      thread.tasks.delete(answer.id);
      if ('result' in answer) task?.resolve(answer.result);
      else task?.reject(new AppError('internal', { context: { thread: answer.failure } }));
      dispatch();
    });
    const died = (reason: string): void => {
      const at = threads.indexOf(thread);
      if (at === -1) return;
      threads.splice(at, 1);
      for (const task of thread.tasks.values()) {
        task.reject(new AppError(closing ? 'unavailable' : 'internal', { context: { thread: reason } }));
      }
      if (!closing) dispatch();
    };
    worker.on('error', (error) => died(error instanceof Error ? error.name : 'error'));
    worker.on('exit', (code) => died(`exit ${code}`));
  };

  const dispatch = (): void => {
    for (;;) {
      if (waiting.length > 0 && threads.length < size) start();
      const thread = threads.reduce<Thread | null>(
        (least, each) => (least === null || each.tasks.size < least.tasks.size ? each : least),
        null,
      );
      if (!thread || thread.tasks.size >= TASKS_PER_THREAD) return;
      const pending = waiting.shift();
      if (!pending) return;
      const { contextId, batch, segment } = pending.request;
      const context = contexts.get(contextId);
      if (!context) {
        pending.reject(new AppError('unavailable', { context: { thread: 'closed' } }));
        continue;
      }
      const id = nextId++;
      thread.tasks.set(id, pending);
      const isNew = !thread.contexts.has(contextId);
      thread.contexts.add(contextId);
      const request: ThreadRequest = {
        kind: 'task',
        task: { id, contextId, context: isNew ? context : null, batch, segment },
      };
      thread.worker.postMessage(request, [segment.buffer as ArrayBuffer]);
    }
  };

  return {
    threads: size,
    open(context) {
      const contextId = nextId++;
      contexts.set(contextId, context);
      return {
        encode: (batch, segment) =>
          new Promise((resolve, reject) => {
            waiting.push({ request: { contextId, batch, segment: inOwnMemory(segment) }, resolve, reject });
            dispatch();
          }),
        close() {
          contexts.delete(contextId);
          const request: ThreadRequest = { kind: 'forget', contextId };
          for (const thread of threads)
            if (thread.contexts.delete(contextId)) thread.worker.postMessage(request);
        },
      };
    },
    async close() {
      closing = true;
      for (const { reject } of waiting.splice(0))
        reject(new AppError('unavailable', { context: { thread: 'closing' } }));
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
}

/** A buffer that shares its memory, as small ones do, must not be transferred. */
function inOwnMemory(segment: Buffer): Buffer {
  if (segment.byteLength === segment.buffer.byteLength) return segment;
  const own = Buffer.allocUnsafeSlow(segment.length);
  segment.copy(own);
  return own;
}
