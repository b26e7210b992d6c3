/** From what was measured to the figures of the charges benchmark. Pure. */
import { type BenchmarkResult } from '../benchmark';
import { type Machine } from '../system/machine';
import { type ChargesMeasured } from './measure-charges';
import { type Books } from './verify-credits';

export type ChargesMeasurements = {
  readonly charges: number;
  readonly accounts: number;
  readonly machine: Machine;
  readonly hot: ChargesMeasured;
  readonly spread: ChargesMeasured;
  readonly singleUpdatesPerS: number;
  readonly books: Books;
};

export const reportCharges = (measured: ChargesMeasurements): BenchmarkResult => {
  const { charges, accounts, machine, hot, spread, singleUpdatesPerS, books } = measured;
  const ratio = (perS: number): number => Number((perS / singleUpdatesPerS).toFixed(1));
  const row = (
    name: string,
    { reservedPerS, keptPerS, serviceCpuUs, postgresCpuUs }: ChargesMeasured,
  ): string[] => [
    name,
    whole(reservedPerS),
    whole(keptPerS),
    `${ratio(reservedPerS)} ×`,
    micros(serviceCpuUs)?.toString() ?? '–',
    micros(postgresCpuUs)?.toString() ?? '–',
  ];
  return {
    tables: [
      {
        head: [
          'charges on',
          'taken per s',
          'taken and kept per s',
          'to single updates',
          'µs of admin-service',
          'µs of PostgreSQL',
        ],
        rows: [
          row('one account', hot),
          row(`${accounts} accounts`, spread),
          ['one UPDATE each', whole(singleUpdatesPerS), '–', '1 ×', '–', '–'],
        ],
      },
      {
        head: ['ledger entries', 'drift', 'discrepancies'],
        rows: [[books.entries, books.drift, books.discrepancies.length].map(String)],
      },
    ],
    figures: {
      charges,
      accounts,
      ...machine,
      charges_per_s_hot: Math.round(hot.reservedPerS),
      charges_per_s_spread: Math.round(spread.reservedPerS),
      kept_per_s_hot: Math.round(hot.keptPerS),
      kept_per_s_spread: Math.round(spread.keptPerS),
      single_updates_per_s: Math.round(singleUpdatesPerS),
      ratio_to_single_updates: ratio(hot.reservedPerS),
      ratio_to_single_updates_spread: ratio(spread.reservedPerS),
      admin_service_cpu_us_per_charge: micros(hot.serviceCpuUs),
      postgres_cpu_us_per_charge_hot: micros(hot.postgresCpuUs),
      postgres_cpu_us_per_charge_spread: micros(spread.postgresCpuUs),
      ledger_entries: books.entries,
      drift: books.drift,
      discrepancies: books.discrepancies.length,
    },
  };
};

const whole = (perS: number): string => Math.round(perS).toLocaleString('en');

const micros = (us: number | null): number | null => (us === null ? null : Number(us.toFixed(1)));
