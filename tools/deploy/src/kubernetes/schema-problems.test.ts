import { workspaceRoot } from '@bigdata/stack';
import { parseObjects } from './overlay';
import { findSchemaProblems } from './schema-problems';
import { assembleOverlay, type FindObject, type Loose } from './test-support/assemble-overlay';
import { findUnknownFields } from './unknown-fields';

const container = (find: FindObject): Loose => find('Deployment gateway').spec.template.spec.containers[0];

describe('findSchemaProblems', () => {
  const problemsOf = (change?: (find: FindObject) => void) =>
    findSchemaProblems(assembleOverlay('cluster', change).objects);

  it.each(['single', 'cluster'] as const)('holds for the overlay %s as it is', (name) => {
    expect(findSchemaProblems(assembleOverlay(name).objects)).toEqual([]);
  });

  it.each<[string, (find: FindObject) => void, string]>([
    ['what is required is missing', (find) => delete container(find).name, 'name'],
    ['a type is wrong', (find) => (container(find).image = 3), 'image must be string'],
    ['a quantity is none', (find) => (container(find).resources.limits.cpu = '2 cores'), 'quantity'],
    [
      'a version does not exist',
      (find) => (find('Deployment gateway').apiVersion = 'apps/v1beta1'),
      'no schema of apps/v1beta1',
    ],
    ['a kind is unknown', (find) => (find('Service gateway').kind = 'Servise'), 'no schema of v1 Servise'],
  ])('finds that %s', (_what, change, problem) => {
    expect(problemsOf(change).join('\n')).toContain(problem);
  });
});

describe('findUnknownFields', () => {
  it('finds a field that is misspelt, deep in an object, and tells which one', () => {
    const objects = parseObjects(`
apiVersion: v1
kind: Namespace
metadata: { name: sound }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: worker }
spec: { scaleTargetRef: { name: worker }, triggers: [{ type: redis, metadata: {}, authenticationReff: { name: x } }] }
---
apiVersion: v1
kind: Service
metadata: { name: door }
spec: { ports: [{ port: 1, targetPrt: 2 }] }
`);
    expect(findUnknownFields(objects, workspaceRoot())).toEqual([
      expect.stringMatching(/^ScaledObject worker: .*authenticationReff/),
      expect.stringMatching(/^Service door: .*targetPrt/),
    ]);
  });
});
