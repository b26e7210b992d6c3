import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { type RequestLogRepository } from './request-log.repository';

export function createRequestLogRoutes({ logs }: { readonly logs: RequestLogRepository }): RouteBinding[] {
  return [
    bindRoute(ROUTES.listLogs, ({ query }) => logs.list(query, query)),

    bindRoute(ROUTES.recordRequests, async ({ body }) => {
      await logs.append(body.entries);
      return { ok: true as const };
    }),
  ];
}
