/**
 * The first admin, from the configuration. A key that is seen for the first time makes `admin` an enabled admin,
 * which is also the way back in for an operator who lost every key. A key known already changes nothing, so that
 * neither revoking it nor disabling its user is undone by a restart.
 */
import { parseApiKey, type Pepper } from '@bigdata/models';
import { type Logger, type Secret } from '@bigdata/platform';
import { recordAudit } from '../audit/record-audit';
import { lock } from '../db/advisory-locks';
import { type Database } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { insertUser } from '../users/user.repository';
import { UNRESTRICTED } from './key-mint';
import { auditableKey, insertKey } from './key.repository';

const USERNAME = 'admin';
const AUDIT = { actor: 'configuration', requestId: null };

export interface BootstrapOptions {
  readonly db: Database;
  readonly adminApiKey: Secret;
  readonly pepper: Pepper;
  readonly logger: Logger;
}

/** Safe to run again and from several instances at once. */
export async function bootstrapAdmin({ db, adminApiKey, pepper, logger }: BootstrapOptions): Promise<void> {
  const apiKey = adminApiKey.reveal();
  const parsed = parseApiKey(apiKey);
  if (!parsed) throw new Error('the configuration let a malformed key pass');
  const id = parsed.keyId;
  const hash = pepper.hash(apiKey);
  await inTransaction(db, async (trx) => {
    await lock(trx, 'bootstrap');
    const known = await trx.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
    if (known) {
      if (known.revoked_at !== null) logger.warn('the bootstrap key is revoked', { key_id: id });
      if (known.hash !== hash) {
        await trx.updateTable('api_keys').set({ hash, pepper_id: pepper.id }).where('id', '=', id).execute();
        logger.warn('the bootstrap key got a new hash: the pepper has changed', { key_id: id });
      }
      return;
    }
    const userId = await ensureAdmin(trx);
    await insertKey(trx, userId, { ...UNRESTRICTED, id, hash, pepper_id: pepper.id });
    await recordAudit(trx, AUDIT, {
      action: 'key.issue',
      target: `key:${id}`,
      before: null,
      after: auditableKey({ ...UNRESTRICTED, user_id: userId, revoked_at: null }),
    });
    logger.info('made the bootstrap key', { key_id: id, user_id: userId });
  });
}

async function ensureAdmin(trx: Trx): Promise<string> {
  const user = await trx
    .selectFrom('users')
    .selectAll()
    .where('username', '=', USERNAME)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!user) {
    const { id } = await insertUser(trx, { username: USERNAME, role: 'admin', plan: null, terms: {} });
    await recordAudit(trx, AUDIT, {
      action: 'user.create',
      target: `user:${id}`,
      before: null,
      after: { username: USERNAME, role: 'admin' },
    });
    return id;
  }
  if (user.role !== 'admin' || user.disabled) {
    await trx
      .updateTable('users')
      .set({ role: 'admin', disabled: false })
      .where('id', '=', user.id)
      .execute();
    await recordAudit(trx, AUDIT, {
      action: 'user.update',
      target: `user:${user.id}`,
      before: { role: user.role, disabled: user.disabled },
      after: { role: 'admin', disabled: false },
    });
  }
  return user.id;
}
