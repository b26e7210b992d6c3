import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { type Socket } from 'node:net';
import path from 'node:path';
import { type Answer } from './answer';
import { type EngineResult } from './engine-connection';
import { type PipeReader } from './pipe-files';
import { EMPTY_SUMMARY, readStatistics, type Summary } from './summary';

export type StreamOptions = {
  /** Bytes held back before the headers leave. */
  readonly bufferBytes: number;
  /** Hold everything back, on the disk what exceeds the buffer. */
  readonly waitEndOfQuery: boolean;
  readonly spoolDirectory: string;
  readonly isGone: AbortSignal;
  readonly format: string;
};

/**
 * A statement done within this time has left its whole result in the pipe, to be taken in one read. Only after it the
 * pipe is watched: that costs a lookup a third of a millisecond.
 */
const WATCH_AFTER_MS = 3;
/** Where the JSON formats say what was read. */
const TAIL_BYTES = 512;

/** Hands a result on from the pipe to the client. Throws what the engine throws, after all output before it. */
export async function streamResult(
  reader: PipeReader,
  result: Promise<EngineResult>,
  answer: Answer,
  options: StreamOptions,
): Promise<void> {
  const sink = new ResultSink(answer, options);
  try {
    const outcome = await settle(reader, result, sink, options.isGone);
    if (outcome.status === 'rejected') throw outcome.reason;
    await sink.finish(outcome.value);
  } finally {
    sink.cleanUp();
  }
}

/** Resolves when the engine is done and all its output is in the sink. */
async function settle(
  reader: PipeReader,
  result: Promise<EngineResult>,
  sink: ResultSink,
  isGone: AbortSignal,
): Promise<PromiseSettledResult<EngineResult>> {
  let streamed: Promise<void> | undefined;
  let stream: Socket | undefined;
  const watch = () => {
    stream ??= reader.toStream();
    streamed ??= drain(stream, sink);
  };
  // The pipe stays open: an engine that opened it only now would wait for a reader for ever.
  const stop = () => {
    sink.discard();
    watch();
    stream?.resume();
  };
  const timer = setTimeout(watch, WATCH_AFTER_MS);
  isGone.addEventListener('abort', stop, { once: true });
  if (isGone.aborted) stop();
  const [outcome] = await Promise.allSettled([result]);
  clearTimeout(timer);
  reader.finish();
  if (streamed) await streamed;
  else for (const chunk of reader.readRest()) sink.push(chunk);
  isGone.removeEventListener('abort', stop);
  return outcome;
}

function drain(source: Socket, sink: ResultSink): Promise<void> {
  return new Promise((resolve) => {
    source.on('data', (chunk: Buffer) => {
      const drained = sink.push(chunk);
      if (!drained) return;
      source.pause();
      drained(() => source.resume());
    });
    source.on('error', () => undefined);
    source.once('end', () => resolve());
    source.once('close', () => resolve());
  });
}

/** Calls back once when more may come. */
type Drained = (listener: () => void) => void;

/** Holds a result back as long as asked for: until its headers have left, a failure still is an error answer. */
class ResultSink {
  private readonly answer: Answer;
  private readonly options: StreamOptions;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private spool: fs.WriteStream | undefined;
  private isDiscarding = false;

  constructor(answer: Answer, options: StreamOptions) {
    this.answer = answer;
    this.options = options;
  }

  /** Takes a chunk; what it returns is to be waited for before the next. */
  push(chunk: Buffer): Drained | undefined {
    if (this.isDiscarding) return undefined;
    if (this.answer.isStarted) return this.answer.write(chunk) ? undefined : (go) => this.answer.onDrain(go);
    const { spool } = this;
    if (spool) return spool.write(chunk) ? undefined : (go) => spool.once('drain', go);
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    const isLive = this.options.format.endsWith('WithProgress') && !this.options.waitEndOfQuery;
    if (this.heldBytes < this.options.bufferBytes && !isLive) return undefined;
    return this.overflow();
  }

  /** Forgets what comes from now on: the client has gone. */
  discard(): void {
    this.isDiscarding = true;
    this.held = [];
  }

  private overflow(): Drained | undefined {
    if (this.options.waitEndOfQuery) {
      this.spool = fs.createWriteStream(path.join(this.options.spoolDirectory, randomUUID()), {
        mode: 0o600,
      });
      return undefined;
    }
    this.answer.start();
    let isAhead = true;
    for (const chunk of this.held) isAhead = this.answer.write(chunk);
    this.held = [];
    return isAhead ? undefined : (go) => this.answer.onDrain(go);
  }

  async finish(result: EngineResult): Promise<void> {
    if (this.answer.isStarted) {
      await this.answer.end();
      return;
    }
    const summary = toSummary(result, this.held);
    if (!this.spool) {
      await this.answer.sendWhole(this.held, summary);
      return;
    }
    await this.sendSpooled(this.spool, summary);
  }

  cleanUp(): void {
    if (this.spool) fs.rmSync(this.spool.path, { force: true });
  }

  private async sendSpooled(spool: fs.WriteStream, summary: Summary): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      spool.once('error', reject);
      spool.end(resolve);
    });
    this.answer.start(summary);
    const send = async (chunk: Buffer) => {
      if (!this.answer.write(chunk)) await new Promise<void>((resolve) => this.answer.onDrain(resolve));
    };
    for (const chunk of this.held) await send(chunk);
    for await (const chunk of fs.createReadStream(spool.path)) await send(chunk as Buffer);
    await this.answer.end();
  }
}

function toSummary(result: EngineResult, held: readonly Buffer[]): Summary {
  const tail = held.at(-1)?.subarray(-TAIL_BYTES).toString('latin1') ?? '';
  const read = readStatistics(tail) ?? result;
  return {
    ...EMPTY_SUMMARY,
    readRows: read.rows,
    readBytes: read.bytes,
    resultRows: result.rows,
    resultBytes: result.bytes,
    elapsedNs: Math.round(result.elapsedS * 1e9),
  };
}
