import { findReachProblems } from './reach-rules';
import { assembleOverlay, type FindObject, type Loose } from './test-support/assemble-overlay';

it.each(['single', 'cluster'] as const)('holds for the overlay %s as it is', (name) => {
  expect(findReachProblems(assembleOverlay(name))).toEqual([]);
});

const policy = (name: string, spec: object): Loose => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec,
});
const remove = (objects: Loose[], name: string): void => {
  objects.splice(
    objects.findIndex(({ kind, metadata }: Loose) => kind === 'NetworkPolicy' && metadata.name === name),
    1,
  );
};

it.each<[string, 'single' | 'cluster', (find: FindObject, objects: Loose[]) => void, string]>([
  [
    'nothing is denied by default',
    'single',
    (_find, objects) => remove(objects, 'default-deny'),
    'no policy denies what none opens',
  ],
  [
    'a policy that is needed is missing',
    'single',
    (_find, objects) => remove(objects, 'to-postgres'),
    'closed, and needed: admin-service → postgres:5432',
  ],
  [
    'only one end gives leave',
    'single',
    (_find, objects) => remove(objects, 'query-service'),
    'closed, and needed: gateway → query-service:8080',
  ],
  [
    'a service reaches a store of another',
    'single',
    (find) => {
      for (const end of ['postgres', 'to-postgres']) {
        const { spec } = find(`NetworkPolicy ${end}`);
        const selector = end === 'postgres' ? spec.ingress[0].from[0].podSelector : spec.podSelector;
        selector.matchExpressions[0].values.push('gateway');
      }
    },
    'open, and should not be: gateway → postgres:5432',
  ],
  [
    'whoever is in the namespace reaches a service',
    'single',
    (find, objects) => {
      delete find('NetworkPolicy query-service').spec.ingress[0].from;
      objects.push(policy('out', { podSelector: {}, policyTypes: ['Egress'], egress: [{}] }));
    },
    'open, and should not be: redis → query-service:8080',
  ],
  [
    'other namespaces reach more than the gateway',
    'cluster',
    (find) => find('NetworkPolicy query-service').spec.ingress[0].from.push({ namespaceSelector: {} }),
    'open, and should not be: other namespaces → query-service:8080',
  ],
  [
    'the internet is open to more than the worker',
    'cluster',
    (find) => (find('NetworkPolicy ingest-worker').spec.podSelector = {}),
    'open, and should not be: gateway → addresses:443',
  ],
  [
    'a store is open to the internet',
    'single',
    (find) => find('NetworkPolicy redis').spec.ingress[0].from.push({ ipBlock: { cidr: '0.0.0.0/0' } }),
    'open, and should not be: addresses → redis:6379',
  ],
  [
    'a policy forgets its direction',
    'single',
    (find) => (find('NetworkPolicy to-redis').spec.policyTypes = ['Ingress']),
    'closed, and needed: gateway → redis:6379',
  ],
])('finds that %s', (_what, name, change, problem) => {
  expect(findReachProblems(assembleOverlay(name, change))).toContain(problem);
});
