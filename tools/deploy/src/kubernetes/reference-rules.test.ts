import { findReferenceProblems } from './reference-rules';
import { assembleOverlay, type FindObject, type Loose } from './test-support/assemble-overlay';

it.each(['single', 'cluster'] as const)('holds for the overlay %s as it is', (name) => {
  expect(findReferenceProblems(assembleOverlay(name))).toEqual([]);
});

const OTHER = { 'app.kubernetes.io/name': 'gatway' };

it.each<[string, (find: FindObject, objects: Loose[]) => void, string]>([
  [
    'a Deployment misses its pods',
    (find) => (find('Deployment gateway').spec.selector.matchLabels = OTHER),
    'does not select',
  ],
  ['a Service has no pods', (find) => (find('Service gateway').spec.selector = OTHER), 'selects no pod'],
  [
    'a Service leads to no port',
    (find) => (find('Service gateway').spec.ports[0].targetPort = 'web'),
    'nobody listens on web',
  ],
  [
    'a budget has no pods',
    (find) => (find('PodDisruptionBudget gateway').spec.selector.matchLabels = OTHER),
    'selects no pod',
  ],
  [
    'a policy has no pods',
    (find) => (find('NetworkPolicy gateway').spec.podSelector.matchLabels = OTHER),
    'selects no pod',
  ],
  [
    'a peer of a policy is nobody',
    (find) => (find('NetworkPolicy query-service').spec.ingress[0].from[0].podSelector.matchLabels = OTHER),
    'is no pod',
  ],
  [
    'a policy opens a port that nobody has',
    (find) => (find('NetworkPolicy query-service').spec.ingress[0].ports[0].port = 8081),
    'ingress: nobody listens on 8081',
  ],
  [
    'a policy lets out to a port that nobody has',
    (find) => (find('NetworkPolicy ingest-worker').spec.egress[0].ports[0].port = 8082),
    'egress: nobody listens on 8082',
  ],
  [
    'a scaler scales nobody',
    (find) => (find('HorizontalPodAutoscaler gateway').spec.scaleTargetRef.name = 'door'),
    'its target door',
  ],
  [
    'the Ingress leads nowhere',
    (find) => (find('Ingress gateway').spec.rules[0].http.paths[0].backend.service.port.name = 'web'),
    'leads to gateway:web',
  ],
  [
    'an account is not there',
    (find) => (find('ServiceAccount gateway').metadata.name = 'door'),
    'its account gateway',
  ],
  [
    'pods spread others',
    (find) =>
      (find('Deployment gateway').spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels =
        OTHER),
    'spreads other pods than its own over kubernetes.io/hostname',
  ],
  [
    'pods may all be on one node',
    (find) => delete find('Deployment gateway').spec.template.spec.topologySpreadConstraints,
    'may all be on one node',
  ],
  [
    'a mount has no volume',
    (find) => (find('Deployment gateway').spec.template.spec.volumes = []),
    'which is no volume',
  ],
  [
    'a name is taken twice',
    (find, objects) => objects.push(find('Service gateway')),
    'Service gateway is there twice',
  ],
])('finds that %s', (_what, change, problem) => {
  expect(findReferenceProblems(assembleOverlay('cluster', change)).join('\n')).toContain(problem);
});
