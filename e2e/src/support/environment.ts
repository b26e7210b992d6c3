/** The one file of the suite that reads the environment. */
import { randomInt } from 'node:crypto';

/** The environment of a command that finds the stack of `home`. */
export function environmentOf(home: string): NodeJS.ProcessEnv {
  return { ...process.env, BIGDATA_HOME: home };
}

/** FAULT_LOADS and FAULT_SEED; without a seed every run has one of its own, so that many runs try many orders. */
export function faultSettings(): { readonly loads: number; readonly seed: number } {
  const { FAULT_LOADS, FAULT_SEED } = process.env;
  return { loads: Number(FAULT_LOADS ?? 50), seed: Number(FAULT_SEED ?? randomInt(2 ** 31)) };
}

/** MONEY_REQUESTS and MONEY_SEED; without a seed every run has one of its own. */
export function moneySettings(): { readonly requests: number; readonly seed: number } {
  const { MONEY_REQUESTS, MONEY_SEED } = process.env;
  return { requests: Number(MONEY_REQUESTS ?? 4_000), seed: Number(MONEY_SEED ?? randomInt(2 ** 31)) };
}

/** FUZZ_RUNS (requests a route) and FUZZ_SEED: the same requests every time, unless one asks for others. */
export function fuzzSettings(): { readonly runs: number; readonly seed: number } {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  return { runs: Number(FUZZ_RUNS ?? 40), seed: Number(FUZZ_SEED ?? 11) };
}

/** True when generated documents are to be written rather than compared. */
export function updatesGenerated(): boolean {
  return process.env['UPDATE_GENERATED'] === 'true';
}
