import { type Charge, CHARGES_PER_BATCH_MAX, newChargeId } from '@bigdata/models';
import { readTreeCpuS } from '../system/process-usage';
import { type GatewayCalls } from './gateway-calls';
import { type StackOf } from './stack-of';

export type ChargesOptions = {
  readonly calls: GatewayCalls;
  readonly charges: number;
  readonly stack: StackOf;
  /** Whom the next charge is for. */
  readonly accountOf: () => string;
  readonly progress: (line: string) => void;
};

export type ChargesMeasured = {
  /** Taken: the ledger's row and the lower balance are durable, and the caller knows. */
  readonly reservedPerS: number;
  /** Taken and then kept, each step acknowledged: the whole life of the charge of a served request. */
  readonly keptPerS: number;
  /** Processor time for one charge that is taken; null where the machine does not tell. */
  readonly serviceCpuUs: number | null;
  readonly postgresCpuUs: number | null;
};

/** As the gateway's batcher has them. */
const BATCHES_IN_FLIGHT = 2;
const WARM_UP_SHARE = 10;

/** Every charge must fit: refusals would be measured as charges. */
export const measureCharges = async (options: ChargesOptions): Promise<ChargesMeasured> => {
  const { calls, charges, stack, progress } = options;
  await run(options, Math.ceil(charges / WARM_UP_SHARE), calls.reserve);
  const pids = [stack.adminServicePid, stack.postgresPid];
  const before = pids.map(readTreeCpuS);
  const reservedPerS = await run(options, charges, calls.reserve);
  const [serviceCpuUs = null, postgresCpuUs = null] = pids.map((pid, index) => {
    const [from, to] = [before[index] ?? null, readTreeCpuS(pid)];
    return from === null || to === null ? null : ((to - from) / charges) * 1e6;
  });
  progress(`${Math.round(reservedPerS)} charges a second taken`);
  const keptPerS = await run(options, charges, async (batch) => {
    const outcomes = await calls.reserve(batch);
    await calls.settle(batch.map(({ charge_id }) => ({ charge_id, action: 'settle' })));
    return outcomes;
  });
  progress(`${Math.round(keptPerS)} charges a second taken and kept`);
  return { reservedPerS, keptPerS, serviceCpuUs, postgresCpuUs };
};

/** @returns charges per second */
const run = async (
  { accountOf }: ChargesOptions,
  count: number,
  send: (batch: readonly Charge[]) => ReturnType<GatewayCalls['reserve']>,
): Promise<number> => {
  let left = count;
  const sendBatches = async (): Promise<void> => {
    while (left > 0) {
      const size = Math.min(left, CHARGES_PER_BATCH_MAX);
      left -= size;
      const batch = Array.from({ length: size }, () => toCharge(accountOf()));
      const outcomes = await send(batch);
      if (!outcomes.every(({ reserved }) => reserved)) throw new Error('a charge was refused');
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: BATCHES_IN_FLIGHT }, sendBatches));
  return (count / (performance.now() - startedMs)) * 1_000;
};

const toCharge = (userId: string): Charge => {
  const id = newChargeId(Date.now());
  return { charge_id: id, request_id: id, user_id: userId, amount: 1 };
};
