import { findClusterProblems } from './cluster-rules';
import { assembleOverlay, type FindObject } from './test-support/assemble-overlay';

it.each(['single', 'cluster'] as const)('holds for the overlay %s as it is', (name) => {
  expect(findClusterProblems(assembleOverlay(name))).toEqual([]);
});

it.each<[string, (find: FindObject) => void, string]>([
  [
    'services do not know of the cluster',
    (find) => delete find('ConfigMap clickhouse-schema').data.CLICKHOUSE_CLUSTER,
    'CLICKHOUSE_CLUSTER is not bigdata, a cluster of several servers',
  ],
  [
    'they know of another',
    (find) => (find('ConfigMap clickhouse-schema').data.CLICKHOUSE_CLUSTER = 'other'),
    'CLICKHOUSE_CLUSTER is other, which is no cluster of an installation',
  ],
])('%s: a problem', (_, change, problem) => {
  expect(findClusterProblems(assembleOverlay('cluster', change))).toContainEqual(problem);
});
