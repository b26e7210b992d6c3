/**
 * Which charges a batch takes, and from which credits. Pure: what is true of the wallets comes in, what has to be
 * written comes out.
 */
import { type Charge } from '@bigdata/models';

/** Credits of a wallet that expire; see `lots.ts`. */
export interface LiveLot {
  readonly id: number;
  readonly remaining: number;
}

export interface OpenWallet {
  readonly balance: number;
  /** In the order of burning. None of them has expired. */
  readonly lots: readonly LiveLot[];
}

/** A charge that an earlier batch has taken. */
export interface KnownCharge {
  readonly balanceAfter: number;
  /** All of it: the ledger has no room for it under this id any more. */
  readonly givenBack: boolean;
}

export interface TakenCharge {
  readonly charge: Charge;
  readonly balanceAfter: number;
}

/** What a charge burns of a lot; `upto` is the charge's sum over its lots up to this one. */
export interface BurntPart {
  readonly chargeId: string;
  readonly lotId: number;
  readonly amount: number;
  readonly upto: number;
}

export interface ChargeVerdict {
  readonly reserved: boolean;
  readonly balance: number;
  readonly givenBack: boolean;
}

export interface ChargeDecision {
  /** One for each charge, in their order. */
  readonly verdicts: readonly ChargeVerdict[];
  readonly taken: readonly TakenCharge[];
  readonly burnt: readonly BurntPart[];
  /** What the wallets hold that something was taken from. */
  readonly balances: ReadonlyMap<string, number>;
}

export interface ChargeFacts {
  /** By user id; without those that may take nothing. */
  readonly wallets: ReadonlyMap<string, OpenWallet>;
  /** By charge id. */
  readonly known: ReadonlyMap<string, KnownCharge>;
}

/** Of one wallet, while its charges are looked at one after the other. */
interface Purse {
  balance: number;
  lots: LiveLot[];
  /** Something did not fit, which ends it for this batch: what follows must not overtake. */
  ended: boolean;
}

/**
 * Takes the charges of each wallet in the order given, until one does not fit. Lots are burnt first, in their order.
 * @param charges no id twice, ids in the case of the facts
 */
export function decideCharges(charges: readonly Charge[], { wallets, known }: ChargeFacts): ChargeDecision {
  const purses = new Map<string, Purse>();
  const taken: TakenCharge[] = [];
  const burnt: BurntPart[] = [];
  const purseOf = (userId: string): Purse | undefined => {
    const wallet = wallets.get(userId);
    let purse = purses.get(userId);
    if (wallet && !purse) {
      purse = { balance: wallet.balance, lots: [...wallet.lots], ended: false };
      purses.set(userId, purse);
    }
    return purse;
  };

  const balancesAfter = charges.map((charge) => {
    if (known.has(charge.charge_id)) return undefined;
    const purse = purseOf(charge.user_id);
    if (!purse || purse.ended) return undefined;
    if (charge.amount > purse.balance) {
      purse.ended = true;
      return undefined;
    }
    purse.balance -= charge.amount;
    burn(purse, charge, burnt);
    taken.push({ charge, balanceAfter: purse.balance });
    return purse.balance;
  });

  // A charge that takes nothing is told what the wallet holds after the whole batch.
  const verdicts = charges.map((charge, index): ChargeVerdict => {
    const before = known.get(charge.charge_id);
    if (before && !before.givenBack)
      return { reserved: true, balance: before.balanceAfter, givenBack: false };
    const balanceAfter = balancesAfter[index];
    return {
      reserved: balanceAfter !== undefined,
      balance: balanceAfter ?? purseOf(charge.user_id)?.balance ?? 0,
      givenBack: before !== undefined,
    };
  });
  const spent = new Set(taken.map(({ charge }) => charge.user_id));
  const balances = new Map(
    [...purses].flatMap(([id, { balance }]) => (spent.has(id) ? [[id, balance]] : [])),
  );
  return { verdicts, taken, burnt, balances };
}

function burn(purse: Purse, { charge_id: chargeId, amount: wanted }: Charge, burnt: BurntPart[]): void {
  let upto = 0;
  while (upto < wanted) {
    const [lot] = purse.lots;
    if (!lot) return;
    const amount = Math.min(lot.remaining, wanted - upto);
    upto += amount;
    burnt.push({ chargeId, lotId: lot.id, amount, upto });
    if (amount === lot.remaining) purse.lots.shift();
    else purse.lots[0] = { id: lot.id, remaining: lot.remaining - amount };
  }
}
