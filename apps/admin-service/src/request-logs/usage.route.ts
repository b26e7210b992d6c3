import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { userIdOf } from '../users/user-id-of';
import { type UsageRepository } from './usage.repository';

export function createUsageRoutes({ usage }: { readonly usage: UsageRepository }): RouteBinding[] {
  return [
    bindRoute(ROUTES.readUsage, ({ query }) => usage.list(query.group_by, query, query)),

    bindRoute(ROUTES.readMyUsage, ({ caller, query }) =>
      usage.list(query.group_by, { ...query, user_id: userIdOf(caller) }, query),
    ),
  ];
}
