/** Key policies of datasets. */
import { AppError, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { auditOf } from '../../audit/audit-of';
import { type DatasetRepository } from './dataset.repository';

interface Dependencies {
  readonly datasets: DatasetRepository;
}

export function createDatasetRoutes({ datasets }: Dependencies): RouteBinding[] {
  return [
    bindRoute(ROUTES.listDatasets, ({ query }) => datasets.list(query)),

    bindRoute(ROUTES.readDataset, async ({ params }) => {
      const dataset = await datasets.find(params.name);
      if (!dataset) throw new AppError('not_found', { detail: 'There is no such dataset.' });
      return dataset;
    }),

    bindRoute(ROUTES.putDataset, (request) =>
      datasets.setKeyPolicy(request.params.name, request.body.key_policy, auditOf(request)),
    ),
  ];
}
