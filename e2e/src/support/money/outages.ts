/** Kills what charges a request, over and over, and writes down who was dead when. */
import { setTimeout as delay } from 'node:timers/promises';
import { type StackProcess, type StackProcessName } from '@bigdata/testing';
import { type ExtraGateway } from '../gateway';
import { type Random } from '../random';

/** Of one process, from the signal until it is ready again. */
export interface Outage {
  readonly victim: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface GatewayDeath {
  readonly gateway: number;
  readonly atMs: number;
}

export interface Outages {
  readonly all: readonly Outage[];
  readonly deaths: readonly GatewayDeath[];
  /** Every kind once before any comes again, until `isOver` says so after a whole round. */
  run(isOver: () => boolean): Promise<void>;
}

type Killed = Extract<StackProcessName, 'admin-service' | 'postgres' | 'redis'>;

/** Longest pause, and longest time that a process stays away before it is started again. */
const PAUSE_MS = [300, 1_500] as const;
const AWAY_MS = [0, 800] as const;

export function createOutages(
  stack: StackProcess,
  gateways: readonly ExtraGateway[],
  random: Random,
): Outages {
  const all: Outage[] = [];
  const deaths: GatewayDeath[] = [];

  const killStore = async (name: Killed): Promise<void> => {
    const fromMs = performance.now();
    const awayMs = random.int(...AWAY_MS);
    await stack.kill(name, 'SIGKILL');
    await delay(awayMs);
    await stack.restart(name);
    all.push({ victim: name, fromMs, toMs: performance.now() });
  };
  const killGateway = async (index: number): Promise<void> => {
    const gateway = gateways[index]!;
    const fromMs = performance.now();
    const awayMs = random.int(...AWAY_MS);
    await gateway.kill('SIGKILL');
    deaths.push({ gateway: index, atMs: performance.now() });
    await delay(awayMs);
    await gateway.start();
    all.push({ victim: `gateway ${index}`, fromMs, toMs: performance.now() });
  };
  const kinds = [
    () => killStore('admin-service'),
    () => killStore('postgres'),
    () => killStore('redis'),
    ...gateways.map((_, index) => () => killGateway(index)),
    () => Promise.all([killGateway(random.int(0, gateways.length - 1)), killStore('admin-service')]),
    () => Promise.all([killStore('postgres'), killStore('redis')]),
  ];

  return {
    all,
    deaths,
    async run(isOver) {
      do {
        const left = [...kinds];
        while (left.length > 0) {
          await delay(random.int(...PAUSE_MS));
          await left.splice(random.int(0, left.length - 1), 1)[0]!();
        }
      } while (!isOver());
    },
  };
}
