/**
 * What charging costs through admin-service's own HTTP door, as gateways ask it: batches of up to a thousand, two on
 * their way at a time, every charge durable when it is answered. Beside it, what anyone would write first: one UPDATE
 * per charge. Afterwards all books are recomputed from the ledger.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark } from '../benchmark';
import { type ProductProcess, startProduct } from '../ingest/product-process';
import { createRandom } from '../random';
import { describeMachine } from '../system/machine';
import { type ChargesMeasurements, reportCharges } from './charges-report';
import { createGatewayCalls, type GatewayCalls } from './gateway-calls';
import { measureCharges } from './measure-charges';
import { measureSingleUpdates } from './single-updates/measure-single-updates';
import { readStackOf } from './stack-of';
import { verifyCredits } from './verify-credits';

const CHARGES = 200_000;
const ACCOUNTS_MAX = 10_000;
/** Of the charges, so that the slow way takes no longer than the fast one. */
const SINGLE_UPDATES_SHARE = 20;
const SINGLE_UPDATE_CLIENTS = 16;
const SEED = 20_260_102;

export const benchCharges: Benchmark = async ({ rows = CHARGES, env, progress }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-bench-'));
  let product: ProductProcess | undefined;
  let calls: GatewayCalls | undefined;
  try {
    progress('starting the services');
    const home = path.join(folder, 'home');
    product = await startProduct(home, env);
    const stack = readStackOf(home);
    calls = createGatewayCalls(stack);
    const accounts = Math.min(ACCOUNTS_MAX, rows);
    progress(`making ${accounts} accounts`);
    const hot = await calls.createAccount(rows * 4);
    const many = await calls.createAccounts(accounts, rows);
    const random = createRandom(SEED);
    const measured: ChargesMeasurements = {
      charges: rows,
      accounts,
      machine: describeMachine(),
      hot: await measureCharges({ calls, charges: rows, stack, accountOf: () => hot, progress }),
      spread: await measureCharges({
        calls,
        charges: rows,
        stack,
        accountOf: () => random.pick(many),
        progress,
      }),
      singleUpdatesPerS: await measureSingleUpdates({
        databaseUrl: stack.databaseUrl,
        updates: Math.max(1, Math.floor(rows / SINGLE_UPDATES_SHARE)),
        clients: SINGLE_UPDATE_CLIENTS,
        progress,
      }),
      books: await verifyCredits(stack.databaseUrl),
    };
    return reportCharges(measured);
  } finally {
    calls?.close();
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
