import { findScalingProblems } from './scaling-rules';
import { assembleOverlay, type FindObject, type Loose } from './test-support/assemble-overlay';

it.each(['single', 'cluster'] as const)('holds for the overlay %s as it is', (name) => {
  expect(findScalingProblems(assembleOverlay(name))).toEqual([]);
});

const scaledObject = (spec: object): Loose => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'ingest-worker' },
  spec: { scaleTargetRef: { name: 'ingest-worker' }, triggers: [], ...spec },
});
const budget = (find: FindObject, spec: object): void => {
  const { selector } = find('PodDisruptionBudget gateway').spec;
  find('PodDisruptionBudget gateway').spec = { selector, ...spec };
};

it.each<[string, (find: FindObject, objects: Loose[]) => void, string]>([
  [
    'two scalers decide',
    (_find, objects) => objects.push(scaledObject({ minReplicaCount: 1 })),
    'two scalers decide about it',
  ],
  [
    'a scaler may leave nothing',
    (find, objects) => {
      objects.splice(objects.indexOf(find('HorizontalPodAutoscaler ingest-worker')), 1, scaledObject({}));
    },
    'may be scaled to nothing',
  ],
  [
    'bounds are the wrong way round',
    (find) => (find('HorizontalPodAutoscaler gateway').spec.minReplicas = 20),
    'scaled to nothing',
  ],
  [
    'replicas are set twice',
    (find) => (find('Deployment gateway').spec.replicas = 3),
    'sets replicas beside its scaler',
  ],
  [
    'a budget is missing',
    (find) => (find('PodDisruptionBudget gateway').spec.selector.matchLabels = { a: 'b' }),
    'has 0 budgets',
  ],
  [
    'a node can not be drained',
    (find) => budget(find, { minAvailable: 2 }),
    'none of its 2 pods may ever be moved',
  ],
  [
    'nor with percentages',
    (find) => budget(find, { minAvailable: '100%' }),
    'none of its 2 pods may ever be moved',
  ],
  [
    'all pods may go at once',
    (find) => budget(find, { maxUnavailable: 2 }),
    'all of its 2 pods may be moved at once',
  ],
])('finds that %s', (_what, change, problem) => {
  expect(findScalingProblems(assembleOverlay('cluster', change)).join('\n')).toContain(problem);
});
