/** Credits: what admins grant and see, and what the gateway charges. */
import { AppError, parseIdempotencyKey, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { auditOf } from '../audit/audit-of';
import { type AdminMetrics } from '../metrics';
import { type UserRepository } from '../users/user.repository';
import { type ChargesRepository } from './charges.repository';
import { type LedgerRepository } from './ledger.repository';

interface Dependencies {
  readonly users: UserRepository;
  readonly ledger: LedgerRepository;
  readonly charges: ChargesRepository;
  readonly metrics: Pick<AdminMetrics, 'ignoredSettlements'>;
}

export function createCreditRoutes({ users, ledger, charges, metrics }: Dependencies): RouteBinding[] {
  return [
    bindRoute(ROUTES.grantCredits, (request) => {
      const { amount, reason, expires_at: expiresAt } = request.body;
      return ledger.grant(
        { userId: request.params.id, amount, reason, expiresAt },
        auditOf(request),
        parseIdempotencyKey(request.header('idempotency-key')),
      );
    }),

    bindRoute(ROUTES.reverseEntry, (request) =>
      ledger.reverse(
        {
          userId: request.params.id,
          entryId: Number(request.params.entry_id),
          reason: request.body.reason,
        },
        auditOf(request),
        parseIdempotencyKey(request.header('idempotency-key')),
      ),
    ),

    bindRoute(ROUTES.listCredits, async ({ params, query }) => {
      const [user, entries] = await Promise.all([users.find(params.id), ledger.list(params.id, query)]);
      if (!user) throw new AppError('not_found', { detail: 'There is no such user.' });
      return entries;
    }),

    bindRoute(ROUTES.reserveCharges, async ({ body }) => ({ outcomes: await charges.reserve(body.charges) })),

    bindRoute(ROUTES.settleCharges, async ({ body, log }) => {
      const { ignored } = await charges.settle(body.settlements);
      metrics.ignoredSettlements(ignored.length);
      if (ignored.length > 0) log.warn('settlements changed nothing', { charges: ignored });
      return { ok: true as const };
    }),
  ];
}
