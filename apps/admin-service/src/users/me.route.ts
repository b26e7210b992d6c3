/** What a user sees of the own account, and only of it. */
import { AppError, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { type LedgerRepository } from '../credits/ledger.repository';
import { userIdOf } from './user-id-of';
import { type UserRepository } from './user.repository';

interface Dependencies {
  readonly users: UserRepository;
  readonly ledger: LedgerRepository;
}

export function createMeRoutes({ users, ledger }: Dependencies): RouteBinding[] {
  return [
    bindRoute(ROUTES.readMe, async ({ caller }) => {
      const userId = userIdOf(caller);
      const [user, reserved] = await Promise.all([users.find(userId), ledger.sumReserved(userId)]);
      if (!user) throw new AppError('not_found', { detail: 'There is no such user.' });
      const { id, username, role, credits, plan, limits, in_flight_max } = user;
      return {
        user: { id, username, role },
        credits: { balance: credits, reserved },
        plan,
        limits,
        in_flight_max,
      };
    }),

    bindRoute(ROUTES.listMyCredits, ({ caller, query }) => ledger.list(userIdOf(caller), query)),
  ];
}
