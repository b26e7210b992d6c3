/** What can happen to the processes that load files. Each fault ends with everything running again. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type StackProcess, type StackProcessName } from '@bigdata/testing';
import { type Random } from './random';
import { type ExtraProcess } from './extra-process';

export interface Fault {
  readonly name: string;
  readonly happen: () => Promise<void>;
}

interface FaultOptions {
  readonly stack: StackProcess;
  readonly extra: ExtraProcess;
  readonly random: Random;
  /** After this long a holder of work counts as dead. */
  readonly heartbeatTtlMs: number;
}

/** In the order of the seed, every fault once before any comes again. */
export function* faultsInTurn(options: FaultOptions): Generator<Fault, never> {
  const faults = listFaults(options);
  for (;;) {
    const left = [...faults];
    while (left.length > 0) yield left.splice(options.random.int(0, left.length - 1), 1)[0]!;
  }
}

function listFaults({ stack, extra, random, heartbeatTtlMs }: FaultOptions): Fault[] {
  /** Nothing is waited for: how long a process is gone is part of the fault. */
  const forAWhile = (maxMs: number, minMs = 0): Promise<void> => delay(random.int(minMs, maxMs));

  const kill = (name: StackProcessName) => async (): Promise<void> => {
    await stack.kill(name, 'SIGKILL');
    await forAWhile(1_500);
    await stack.restart(name);
  };
  const stop = (name: StackProcessName) => async (): Promise<void> => {
    await stack.kill(name, 'SIGSTOP');
    await forAWhile(3_000);
    await stack.kill(name, 'SIGCONT');
  };
  return [
    { name: 'the worker is killed', happen: kill('ingest-worker') },
    { name: 'the worker is stopped in order', happen: () => stack.restart('ingest-worker') },
    { name: 'the worker is asleep', happen: stop('ingest-worker') },
    {
      name: 'the other worker is killed',
      happen: async () => {
        await extra.kill('SIGKILL');
        await forAWhile(1_500);
        await extra.start();
      },
    },
    {
      name: 'the other worker sleeps until it is given up',
      happen: async () => {
        await extra.kill('SIGSTOP');
        await forAWhile(heartbeatTtlMs + 4_000, heartbeatTtlMs + 1_000);
        await extra.kill('SIGCONT');
      },
    },
    { name: 'ClickHouse is killed', happen: kill('clickhouse') },
    { name: 'ClickHouse is asleep', happen: stop('clickhouse') },
    {
      name: 'ClickHouse and the worker are killed',
      happen: async () => {
        await Promise.all([stack.kill('clickhouse', 'SIGKILL'), stack.kill('ingest-worker', 'SIGKILL')]);
        await stack.restart('clickhouse');
        await stack.restart('ingest-worker');
      },
    },
    { name: 'Redis is killed', happen: kill('redis') },
    { name: 'Redis loses everything', happen: () => loseRedis(stack) },
  ];
}

/** Its data is gone, and it starts with none. */
export async function loseRedis(stack: StackProcess): Promise<void> {
  await stack.kill('redis', 'SIGKILL');
  await rm(path.join(stack.home, 'data', 'redis'), { recursive: true });
  await stack.restart('redis');
}
