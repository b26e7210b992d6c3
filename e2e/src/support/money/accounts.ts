/** Accounts of every kind that charges differ by. */
import { type Api, createUser } from '../api';

export interface Price {
  readonly base: number;
  readonly per_record: number;
}

export interface Account {
  readonly userId: string;
  readonly apiKey: string;
  readonly credits: number;
  readonly price: Price;
}

const RICH = 10_000_000;
const PER_REQUEST: Price = { base: 1, per_record: 0 };
const PER_RECORD: Price = { base: 1, per_record: 1 };
const UNLIMITED = { minute: 100_000_000 };

/** @param poor credits of those that run out of them */
export async function createAccounts(admin: Api, count: number, poor: number): Promise<Account[]> {
  const accounts: Account[] = [];
  for (let number = 0; number < count; number += 1) {
    const credits = number % 10 === 0 ? poor : RICH;
    const price = number % 5 === 1 ? PER_RECORD : PER_REQUEST;
    const terms = {
      limits: number % 25 === 7 ? { minute: 60 } : UNLIMITED,
      ...(number % 25 === 9 ? { in_flight_max: 2 } : {}),
      prices: { runQuery: price },
    };
    const { id: userId, apiKey } = await createUser(admin, `money-${number}`, credits, terms);
    accounts.push({ userId, apiKey, credits, price });
  }
  return accounts;
}
