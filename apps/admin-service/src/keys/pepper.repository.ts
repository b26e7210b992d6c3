/**
 * Under which pepper the hashes of keys are. Only the key itself gives a new hash, and only its holder has it: a hash
 * is renewed when its key is used.
 */
import { type Pepper, type Peppers, type RenewedKeyHash } from '@bigdata/models';
import { sql } from 'kysely';
import { type Database } from '../db/schema';

export interface PepperRepository {
  /**
   * Repeating it changes nothing. A pepper that is not the current one of this service is refused: while gateways with
   * two configurations run, they would put every hash back and forth.
   * @returns whether the hash is stored
   */
  renew(renewed: RenewedKeyHash): Promise<boolean>;
  /** Keys that are neither revoked nor expired; those of disabled users too, who may come back. */
  count(): Promise<Peppers['peppers']>;
}

export function createPepperRepository(
  db: Database,
  current: Pepper,
  previous: readonly Pepper[],
): PepperRepository {
  const previousIds = new Set(previous.map(({ id }) => id));
  const stateOf = (id: string | null): Peppers['peppers'][number]['state'] => {
    if (id === current.id) return 'current';
    return id !== null && previousIds.has(id) ? 'previous' : 'unknown';
  };
  return {
    async renew({ key_id, replaces, hash, pepper_id }) {
      if (pepper_id !== current.id) return false;
      const { numUpdatedRows } = await db
        .updateTable('api_keys')
        .set({ hash, pepper_id })
        .where('id', '=', key_id)
        .where('hash', 'in', [replaces, hash])
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async count() {
      const rows = await db
        .selectFrom('api_keys')
        .select(({ fn }) => ['pepper_id', fn.countAll<number>().as('keys')])
        .where('revoked_at', 'is', null)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
        .groupBy('pepper_id')
        .execute();
      const keysOf = new Map<string | null, number>([[current.id, 0]]);
      for (const { id } of previous) keysOf.set(id, 0);
      for (const { pepper_id, keys } of rows) keysOf.set(pepper_id, keys);
      return [...keysOf].map(([id, keys]) => ({ id, state: stateOf(id), keys }));
    },
  };
}
