/**
 * What wallets held when admin-service last spoke of them, less what has been asked of it since. A guess, which only
 * decides in what order things are done: other gateways spend too, and credits expire.
 */

export interface KnownBalances {
  /** False where nothing is known, or nothing recent. */
  covers(userId: string, amount: number): boolean;
  /** Of a charge that is asked for now. Call what it returns when the answer is there: null when none came. */
  asked(userId: string, amount: number): (balance: number | null) => void;
}

export interface KnownBalancesOptions {
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
  readonly maxAgeMs: number;
  readonly walletsMax: number;
}

interface Wallet {
  /** Null while nobody has said. */
  balance: number | null;
  toldMs: number;
  /** Sum of the charges that are asked for and not answered. */
  asked: number;
}

const UNKNOWN: Readonly<Wallet> = { balance: null, toldMs: 0, asked: 0 };

export function createKnownBalances({ clockMs, maxAgeMs, walletsMax }: KnownBalancesOptions): KnownBalances {
  // The first entry is the one that was used least recently: each use deletes and sets it.
  const wallets = new Map<string, Wallet>();

  const use = (userId: string): Wallet => {
    const wallet = wallets.get(userId) ?? { ...UNKNOWN };
    wallets.delete(userId);
    wallets.set(userId, wallet);
    if (wallets.size > walletsMax) {
      const [oldest] = wallets.keys();
      if (oldest !== undefined) wallets.delete(oldest);
    }
    return wallet;
  };

  return {
    covers(userId, amount) {
      const { balance, toldMs, asked } = wallets.get(userId) ?? UNKNOWN;
      return balance !== null && clockMs() - toldMs <= maxAgeMs && balance - asked >= amount;
    },
    asked(userId, amount) {
      const wallet = use(userId);
      wallet.asked += amount;
      return (balance) => {
        wallet.asked -= amount;
        wallet.balance = balance;
        wallet.toldMs = clockMs();
      };
    },
  };
}
