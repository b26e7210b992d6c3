import { workspaceRoot } from '@bigdata/stack';
import { findContainerProblems } from './container-rules';
import { readReleaseFacts } from './release-facts';
import { assembleOverlay, type FindObject, type Loose } from './test-support/assemble-overlay';

const FACTS = readReleaseFacts(workspaceRoot());

const problemsOf = (change?: (find: FindObject) => void) =>
  findContainerProblems(assembleOverlay('single', change), FACTS);

const pod = (find: FindObject): Loose => find('Deployment gateway').spec.template.spec;
const container = (find: FindObject): Loose => pod(find).containers[0];

it.each(['single', 'cluster'] as const)('holds for the overlay %s as it is', (name) => {
  expect(findContainerProblems(assembleOverlay(name), FACTS)).toEqual([]);
});

it.each<[string, (find: FindObject) => void, string]>([
  [
    'a limit is missing',
    (find) => delete container(find).resources.limits.memory,
    'gateway: has no memory limits',
  ],
  ['a limit is misspelt', (find) => (container(find).resources = { limit: { cpu: 1 } }), 'has no cpu limits'],
  ['a request is missing', (find) => delete container(find).resources.requests.cpu, 'has no cpu requests'],
  ['a probe is missing', (find) => delete container(find).livenessProbe, 'has no livenessProbe'],
  [
    'a probe asks another port',
    (find) => (container(find).readinessProbe.httpGet.port = 'metrics'),
    'asks port metrics',
  ],
  ['a container may run as root', (find) => delete pod(find).securityContext.runAsNonRoot, 'may run as root'],
  ['a user is root', (find) => (pod(find).securityContext.runAsUser = 0), 'may run as root'],
  [
    'seccomp is off',
    (find) => delete pod(find).securityContext.seccompProfile,
    'without the seccomp profile',
  ],
  [
    'the root is writable',
    (find) => delete container(find).securityContext.readOnlyRootFilesystem,
    'may write to its root',
  ],
  [
    'privileges can be gained',
    (find) => delete container(find).securityContext.allowPrivilegeEscalation,
    'may gain',
  ],
  ['it is privileged', (find) => (container(find).securityContext.privileged = true), 'is privileged'],
  ['capabilities stay', (find) => delete container(find).securityContext.capabilities, 'keeps capabilities'],
  [
    'capabilities are added',
    (find) => (container(find).securityContext.capabilities.add = ['NET_RAW']),
    'adds capabilities',
  ],
  ['a token is mounted', (find) => delete pod(find).automountServiceAccountToken, 'mounts a token'],
  [
    'services are told',
    (find) => delete pod(find).enableServiceLinks,
    'environment variable for every service',
  ],
  ['the network is the host’s', (find) => (pod(find).hostNetwork = true), 'shares a namespace with its node'],
  [
    'a folder of the node is mounted',
    (find) => (pod(find).volumes = [{ name: 'tmp', hostPath: { path: '/tmp' } }]),
    'folder of the node',
  ],
  [
    'a folder has no limit',
    (find) => (pod(find).volumes = [{ name: 'tmp', emptyDir: {} }]),
    'volume tmp has no limit',
  ],
  [
    'an image is of another release',
    (find) => (container(find).image = 'bigdata-api/gateway:9.9.9'),
    'this release is',
  ],
  ['an image is of no release', (find) => (container(find).image = 'nginx:latest'), 'names no release'],
  [
    'a store is not the one of Compose',
    (find) => (find('StatefulSet redis').spec.template.spec.containers[0].image = 'redis:7-alpine'),
    'and docker-compose.yml',
  ],
  [
    'an init container has no bounds',
    (find) => delete find('Deployment query-service').spec.template.spec.initContainers[0].resources,
    'Deployment query-service, wait-for-schema: has no cpu requests',
  ],
])('finds that %s', (_what, change, problem) => {
  expect(problemsOf(change).join('\n')).toContain(problem);
});

it('looks at the pods that the operator makes', () => {
  const broken = assembleOverlay('cluster', (find) => {
    delete find('ClickHouseInstallation bigdata').spec.templates.podTemplates[0].spec.containers[0].resources;
  });
  expect(findContainerProblems(broken, FACTS)).toContain(
    'ClickHouseInstallation bigdata, clickhouse: has no memory limits',
  );
});
