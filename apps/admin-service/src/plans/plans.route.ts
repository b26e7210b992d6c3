/** Plans as admins see them. */
import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { auditOf } from '../audit/audit-of';
import { type PlanCatalogue } from './plan-catalogue.repository';
import { refuseUnknownPrices } from './priced-routes';

export function createPlanRoutes({ plans }: { readonly plans: PlanCatalogue }): RouteBinding[] {
  return [
    bindRoute(ROUTES.listPlans, ({ query }) => plans.list(query)),

    bindRoute(ROUTES.readPlan, ({ params }) => plans.read(params.name)),

    bindRoute(ROUTES.putPlan, async (request) => {
      refuseUnknownPrices(request.body.terms);
      return plans.put(request.params.name, request.body.terms, auditOf(request));
    }),

    bindRoute(ROUTES.deletePlan, (request) => plans.remove(request.params.name, auditOf(request))),
  ];
}
