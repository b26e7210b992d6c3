import { findCustomProblems, parseCustomSchemas } from './custom-problems';
import { type KubeObject } from './overlay';

const SCHEMAS = parseCustomSchemas(`
apiVersion: v1
kind: Namespace
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: clickhouse.altinity.com
  names: { kind: ClickHouseInstallation }
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            spec:
              type: object
              required: [layout]
              properties:
                layout:
                  type: object
                  properties: { shards: { type: integer, minimum: 1 }, port: { x-kubernetes-int-or-string: true } }
                secure: { type: string, enum: ['yes', 'no'] }
                name: { type: string, pattern: '^[a-z]+$' }
                on: { type: boolean }
                files: { type: object, additionalProperties: { type: string } }
                users: { type: object, x-kubernetes-preserve-unknown-fields: true }
                nodes: { type: array, items: { type: object, properties: { host: { type: string } } } }
`);

const problemsOf = (spec: object | undefined): string[] =>
  findCustomProblems(
    [
      {
        apiVersion: 'clickhouse.altinity.com/v1',
        kind: 'ClickHouseInstallation',
        metadata: { name: 'bigdata' },
        ...(spec && { spec }),
      } as unknown as KubeObject,
    ],
    SCHEMAS,
  ).map((problem) => problem.replace('ClickHouseInstallation bigdata: ', ''));

it('takes what the definition describes', () => {
  expect(
    problemsOf({
      layout: { shards: 2, port: 'http' },
      secure: 'yes',
      name: 'abc',
      on: true,
      files: { 'a.xml': 'x' },
      users: { 'bigdata/profile': 'default' },
      nodes: [{ host: 'keeper' }],
    }),
  ).toEqual([]);
});

it.each<[string, object | undefined, string]>([
  ['a field is missing', undefined, '/spec is missing'],
  ['a deep field is missing', {}, '/spec/layout is missing'],
  [
    'a field would be dropped',
    { layout: { shrads: 2 } },
    '/spec/layout/shrads is no field of its definition',
  ],
  [
    'a field of a list would be dropped',
    { layout: {}, nodes: [{ hots: 'a' }] },
    '/spec/nodes/0/hots is no field',
  ],
  ['a number is a text', { layout: { shards: '2' } }, '/spec/layout/shards is no number'],
  ['a number is no whole one', { layout: { shards: 1.5 } }, 'no whole number'],
  ['a number is too small', { layout: { shards: 0 } }, 'out of bounds'],
  ['a port is a list', { layout: { port: [] } }, 'no text and no whole number'],
  ['a value is none of those', { layout: {}, secure: 'maybe' }, '"maybe", none of its values'],
  ['a text has another form', { layout: {}, name: 'A1' }, 'does not look like ^[a-z]+$'],
  ['a text is a number', { layout: {}, name: 1 }, '/spec/name is no text'],
  ['a flag is a text', { layout: {}, on: 'true' }, 'neither true nor false'],
  ['a list is an object', { layout: {}, nodes: {} }, 'is no list'],
  ['an object is a list', { layout: [] }, 'is no object'],
  ['a free field has the wrong type', { layout: {}, files: { a: 1 } }, '/spec/files/a is no text'],
])('finds that %s', (_what, spec, problem) => {
  expect(problemsOf(spec).join('\n')).toContain(problem);
});

it('says when there is no definition', () => {
  const object = JSON.parse('{"apiVersion":"x/v1","kind":"Y","metadata":{"name":"z"}}') as KubeObject;
  expect(findCustomProblems([object], SCHEMAS)).toEqual(['Y z: no definition of x/v1 Y']);
});
