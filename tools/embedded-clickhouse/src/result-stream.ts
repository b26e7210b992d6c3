import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { type Socket } from 'node:net';
import path from 'node:path';
import { type Answer } from './answer';
import { type EngineResult } from './engine-connection';
import { EMPTY_SUMMARY, readStatistics, type Summary } from './summary';

export type StreamOptions = {
  /** Bytes held back before the headers leave; undefined: ClickHouse's own 1 MiB. */
  readonly bufferBytes: number | undefined;
  /** Hold everything back, on the disk what exceeds the buffer. */
  readonly waitEndOfQuery: boolean;
  readonly spoolDirectory: string;
  readonly isGone: AbortSignal;
  readonly format: string;
};

const BUFFER_BYTES = 1 << 20;
/** Where the JSON formats say what was read. */
const TAIL_BYTES = 512;

/**
 * Hands a result on from the pipe to the client, at the pace of the slower. While nothing has left a failure still
 * is an error answer with its status.
 */
export async function streamResult(
  source: Socket,
  result: Promise<EngineResult>,
  answer: Answer,
  options: StreamOptions,
): Promise<void> {
  const head: Buffer[] = [];
  const bufferBytes = options.bufferBytes ?? BUFFER_BYTES;
  const isEager = options.format.endsWith('WithProgress');
  let headBytes = 0;
  let spool: fs.WriteStream | undefined;
  const sink = (chunk: Buffer): { wait: ((listener: () => void) => void) | undefined } => {
    if (answer.isStarted) return { wait: answer.write(chunk) ? undefined : (go) => answer.onDrain(go) };
    if (spool) {
      const file = spool;
      return { wait: file.write(chunk) ? undefined : (go) => file.once('drain', go) };
    }
    head.push(chunk);
    headBytes += chunk.length;
    if (headBytes < bufferBytes && !isEager) return { wait: undefined };
    if (options.waitEndOfQuery) {
      spool = fs.createWriteStream(path.join(options.spoolDirectory, randomUUID()), { mode: 0o600 });
      return { wait: undefined };
    }
    answer.start();
    let isAhead = true;
    for (const held of head.splice(0)) isAhead = answer.write(held);
    return { wait: isAhead ? undefined : (go) => answer.onDrain(go) };
  };
  const stop = () => source.destroy();
  options.isGone.addEventListener('abort', stop, { once: true });
  try {
    // The outcome counts only once everything is read: what came before a failure goes out before the error.
    const [outcome] = await Promise.allSettled([result, drain(source, sink)]);
    if (outcome.status === 'rejected') throw outcome.reason;
    if (answer.isStarted) await answer.end();
    else await sendHeld(answer, head, spool, toSummary(outcome.value, head));
  } finally {
    options.isGone.removeEventListener('abort', stop);
    if (spool) fs.rmSync(spool.path, { force: true });
  }
}

/** Resolves when the pipe is closed: the engine is done and everything is read, or the client has gone. */
function drain(
  source: Socket,
  sink: (chunk: Buffer) => { wait: ((listener: () => void) => void) | undefined },
): Promise<void> {
  return new Promise((resolve) => {
    source.on('data', (chunk: Buffer) => {
      const { wait } = sink(chunk);
      if (!wait) return;
      source.pause();
      wait(() => source.resume());
    });
    source.on('error', () => undefined);
    source.once('close', () => resolve());
  });
}

async function sendHeld(
  answer: Answer,
  head: readonly Buffer[],
  spool: fs.WriteStream | undefined,
  summary: Summary,
): Promise<void> {
  if (!spool) {
    await answer.sendWhole(head, summary);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    spool.once('error', reject);
    spool.end(resolve);
  });
  answer.start(summary);
  const send = async (chunk: Buffer) => {
    if (!answer.write(chunk)) await new Promise<void>((resolve) => answer.onDrain(resolve));
  };
  for (const chunk of head) await send(chunk);
  for await (const chunk of fs.createReadStream(spool.path)) await send(chunk as Buffer);
  await answer.end();
}

function toSummary(result: EngineResult, head: readonly Buffer[]): Summary {
  const tail = head.at(-1)?.subarray(-TAIL_BYTES).toString('latin1') ?? '';
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
