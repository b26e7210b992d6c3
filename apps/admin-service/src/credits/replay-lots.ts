/** What must be left of each expiring grant of one wallet, worked out from its ledger alone, entry by entry. */
import { type LedgerEntry } from '@bigdata/models';

export interface ReplayedEntry {
  readonly id: number;
  readonly kind: LedgerEntry['kind'];
  readonly amount: number;
  readonly charge_id: string | null;
  readonly refers_to: number | null;
  /** Of a grant that expires. */
  readonly expires_at: Date | null;
}

interface Lot {
  readonly id: number;
  readonly expiresAtMs: number;
  remaining: number;
}

/** What a charge has burnt of a lot; `upto` is its sum over the lots up to this one. */
interface Part {
  readonly lot: Lot;
  readonly amount: number;
  readonly upto: number;
}

export interface LotReplay {
  /** In the order of the ledger. */
  apply(entry: ReplayedEntry): void;
  /** By id of the grant's entry. */
  remaining(): ReadonlyMap<number, number>;
}

export function createLotReplay(): LotReplay {
  const lots: Lot[] = [];
  const burnt = new Map<string, { readonly amount: number; readonly parts: readonly Part[] }>();

  const burn = (amount: number, firstLot: number | null): Part[] => {
    const order = lots
      .filter(({ remaining }) => remaining > 0)
      .sort(
        (a, b) =>
          Number(b.id === firstLot) - Number(a.id === firstLot) ||
          a.expiresAtMs - b.expiresAtMs ||
          a.id - b.id,
      );
    const parts: Part[] = [];
    let upto = 0;
    for (const lot of order) {
      const taken = Math.min(lot.remaining, amount - upto);
      if (taken === 0) break;
      lot.remaining -= taken;
      upto += taken;
      parts.push({ lot, amount: taken, upto });
    }
    return parts;
  };

  const giveBack = (chargeId: string, returned: number): void => {
    const charge = burnt.get(chargeId);
    if (!charge) return;
    burnt.delete(chargeId);
    const kept = charge.amount - returned;
    for (const { lot, amount, upto } of charge.parts) {
      lot.remaining += Math.min(amount, Math.max(upto - kept, 0));
    }
  };

  return {
    apply({ id, kind, amount, charge_id, refers_to, expires_at }) {
      if (kind === 'grant' && expires_at !== null) {
        lots.push({ id, expiresAtMs: expires_at.getTime(), remaining: amount });
      } else if (kind === 'charge' && charge_id !== null) {
        const parts = burn(-amount, null);
        if (parts.length > 0) burnt.set(charge_id, { amount: -amount, parts });
      } else if (kind === 'release' && charge_id !== null) {
        giveBack(charge_id, amount);
      } else if (kind === 'adjustment' && amount < 0) {
        burn(-amount, refers_to);
      } else if (kind === 'expiry') {
        const lot = lots.find((one) => one.id === refers_to);
        // Below or above zero shows in the comparison: an expiry takes all that is left.
        if (lot) lot.remaining += amount;
      }
    },
    remaining: () => new Map(lots.map(({ id, remaining }) => [id, remaining])),
  };
}
