/** Users as admins see them. */
import { AppError, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { auditOf } from '../audit/audit-of';
import { type KeyMint, UNRESTRICTED } from '../keys/key-mint';
import { type KeyRepository } from '../keys/key.repository';
import { refuseUnknownPrices } from '../plans/priced-routes';
import { withMinuteLimit } from './terms';
import { type UserRepository } from './user.repository';

interface Dependencies {
  readonly users: UserRepository;
  readonly keys: KeyRepository;
  readonly mintKey: KeyMint;
}

export function createUserRoutes({ users, keys, mintKey }: Dependencies): RouteBinding[] {
  return [
    bindRoute(ROUTES.createUser, async (request) => {
      const { username, role, credits, plan, requests_per_minute } = request.body;
      refuseUnknownPrices(request.body.terms);
      const terms =
        requests_per_minute === undefined
          ? request.body.terms
          : withMinuteLimit(request.body.terms, requests_per_minute);
      const key = mintKey(UNRESTRICTED);
      const user = await users.create({ username, role, credits, plan, terms }, key.stored, auditOf(request));
      return { user, key: key.shown };
    }),

    bindRoute(ROUTES.listUsers, ({ query }) => users.list(query.search, query)),

    bindRoute(ROUTES.readUser, async ({ params }) => {
      const [user, keysOfUser] = await Promise.all([users.find(params.id), keys.latestOf(params.id)]);
      if (!user) throw new AppError('not_found', { detail: 'There is no such user.' });
      return { user, keys: keysOfUser };
    }),

    bindRoute(ROUTES.updateUser, async (request) => {
      if (request.body.terms !== undefined) refuseUnknownPrices(request.body.terms);
      return { user: await users.update(request.params.id, request.body, auditOf(request)) };
    }),
  ];
}
