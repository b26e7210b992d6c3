import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { type AuditRepository } from './audit.repository';

export function createAuditRoutes({ audit }: { readonly audit: AuditRepository }): RouteBinding[] {
  return [bindRoute(ROUTES.listAudit, ({ query }) => audit.list(query, query))];
}
