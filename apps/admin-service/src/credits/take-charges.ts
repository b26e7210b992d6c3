/**
 * What charges are decided by, and what is written for those that are taken. These statements run for every group of
 * requests, so they are prepared; each has one plan that is good for one row and for a thousand: keys are looked up
 * one by one in their indexes, however large the tables are and whatever the statistics say of them.
 */
import { type Charge } from '@bigdata/models';
import { sql } from 'kysely';
import { prepared, preparedAhead } from '../db/prepared';
import { type Trx } from '../db/transaction';
import { type ChargeDecision, type ChargeFacts, type KnownCharge, type OpenWallet } from './decide-charges';

interface WalletRow {
  readonly user_id: string;
  readonly balance: number;
  readonly disabled: boolean;
  /** Something has expired and is not written off yet. */
  readonly due: boolean;
  readonly lots: OpenWallet['lots'] | null;
}

interface KnownRow {
  readonly charge_id: string;
  readonly balance_after: number;
  readonly given_back: boolean;
}

/** @returns the wallets, which are locked; null when some of their credits have to be written off first */
export async function readWallets(
  trx: Trx,
  userIds: readonly string[],
): Promise<ChargeFacts['wallets'] | null> {
  const { rows } = await sql<WalletRow>`
    ${prepared('read-wallets')}
    SELECT w.user_id, w.balance, u.disabled, coalesce(l.due, false) AS due, l.lots
    FROM wallets w
      JOIN users u ON u.id = w.user_id
      LEFT JOIN LATERAL (
        SELECT bool_or(expires_at <= statement_timestamp()) AS due,
          json_agg(json_build_object('id', id, 'remaining', remaining) ORDER BY expires_at, id) AS lots
        FROM credit_lots WHERE user_id = w.user_id AND remaining > 0
        HAVING count(*) > 0
      ) AS l ON true
    WHERE w.user_id = ANY(${userIds}::uuid[])`.execute(trx);
  if (rows.some(({ due }) => due)) return null;
  return new Map(
    rows.flatMap(({ user_id, balance, disabled, lots }) =>
      disabled ? [] : [[user_id, { balance, lots: lots ?? [] }]],
    ),
  );
}

/** @returns those of the charges that an earlier batch has taken */
export async function findKnown(trx: Trx, charges: readonly Charge[]): Promise<ChargeFacts['known']> {
  // LIMIT keeps the planner from joining the whole ledger instead, which it does where it takes it for small.
  const { rows } = await sql<KnownRow>`
    ${prepared('find-known-charges')}
    SELECT c.charge_id, c.balance_after, EXISTS (
      SELECT FROM ledger_entries r
      WHERE r.kind = 'release' AND r.charge_id = c.charge_id AND r.amount = -c.amount
    ) AS given_back
    FROM unnest(${charges.map(({ charge_id }) => charge_id)}::uuid[]) AS asked (charge_id)
      CROSS JOIN LATERAL (
        SELECT charge_id, balance_after, amount FROM ledger_entries
        WHERE kind = 'charge' AND charge_id = asked.charge_id LIMIT 1
      ) AS c`.execute(trx);
  return new Map(
    rows.map(({ charge_id, balance_after, given_back }): [string, KnownCharge] => [
      charge_id,
      { balanceAfter: balance_after, givenBack: given_back },
    ]),
  );
}

export async function writeDecision(trx: Trx, { taken, burnt, balances }: ChargeDecision): Promise<void> {
  if (taken.length === 0) return;
  if (burnt.length > 0) await writeBurnt(trx, burnt);
  await sql`
    ${preparedAhead('write-charges')}
    WITH taken AS MATERIALIZED (
      SELECT * FROM unnest(
        ${taken.map(({ charge }) => charge.charge_id)}::uuid[],
        ${taken.map(({ charge }) => charge.user_id)}::uuid[],
        ${taken.map(({ charge }) => charge.amount)}::bigint[],
        ${taken.map(({ balanceAfter }) => balanceAfter)}::bigint[],
        ${taken.map(({ charge }) => charge.request_id)}::text[],
        ${taken.map(({ charge }) => charge.attempt ?? null)}::uuid[]
      ) AS t (charge_id, user_id, amount, balance_after, request_id, attempt)
    ),
    reserved AS (
      INSERT INTO reservations (charge_id, user_id, amount, request_id, attempt)
      SELECT charge_id, user_id, amount, request_id, attempt FROM taken
    ),
    written AS (
      INSERT INTO ledger_entries (user_id, kind, amount, balance_after, charge_id, request_id)
      SELECT user_id, 'charge', -amount, balance_after, charge_id, request_id FROM taken
    )
    UPDATE wallets w SET balance = s.balance
    FROM unnest(${[...balances.keys()]}::uuid[], ${[...balances.values()]}::bigint[]) AS s (user_id, balance)
    WHERE w.user_id = s.user_id`.execute(trx);
}

/** Charges that were taken before and are open still pass to who asks for them now, with all their time before them. */
export async function handOver(
  trx: Trx,
  charges: readonly Charge[],
  known: ChargeFacts['known'],
): Promise<void> {
  const asked = charges.filter(({ charge_id, attempt }) => attempt !== undefined && known.has(charge_id));
  if (asked.length === 0) return;
  await sql`
    ${preparedAhead('hand-over-charges')}
    UPDATE reservations v SET attempt = a.attempt, created_at = now()
    FROM unnest(
      ${asked.map(({ charge_id }) => charge_id)}::uuid[],
      ${asked.map(({ attempt }) => attempt)}::uuid[]
    ) AS a (charge_id, attempt)
    WHERE v.charge_id = a.charge_id`.execute(trx);
}

async function writeBurnt(trx: Trx, burnt: ChargeDecision['burnt']): Promise<void> {
  await sql`
    ${preparedAhead('write-burnt-lots')}
    WITH part AS MATERIALIZED (
      SELECT * FROM unnest(
        ${burnt.map(({ chargeId }) => chargeId)}::uuid[],
        ${burnt.map(({ lotId }) => lotId)}::bigint[],
        ${burnt.map(({ amount }) => amount)}::bigint[],
        ${burnt.map(({ upto }) => upto)}::bigint[]
      ) AS p (charge_id, lot_id, amount, upto)
    ),
    parts AS (
      INSERT INTO reservation_lots (charge_id, lot_id, amount, upto) SELECT * FROM part
    )
    UPDATE credit_lots l SET remaining = l.remaining - p.amount
    FROM (SELECT lot_id, sum(amount) AS amount FROM part GROUP BY lot_id) AS p
    WHERE l.id = p.lot_id`.execute(trx);
}
