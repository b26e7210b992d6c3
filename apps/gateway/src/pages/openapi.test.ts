import { PUBLIC_ROUTES } from '@bigdata/models';
import { validate } from '@readme/openapi-parser';
import { createOpenApiDocument } from './openapi';

const document = createOpenApiDocument(PUBLIC_ROUTES, '1.0.0');
const operations = document['paths'] as Record<string, Record<string, Operation>>;

interface Operation {
  operationId: string;
  requestBody?: unknown;
  responses: Record<string, { headers: Record<string, unknown>; content: Record<string, unknown> }>;
}

test('it is valid OpenAPI 3.1, references included', async () => {
  const result = await validate(structuredClone(document) as Parameters<typeof validate>[0]);
  expect(result).toMatchObject({ valid: true, warnings: [] });
  expect(JSON.stringify(document)).not.toContain('#/$defs/');
});

test('it describes every public route and no internal one', () => {
  const described = Object.entries(operations).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(PUBLIC_ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
});

test('a metered route tells of credits and of their lack, a free one does not', () => {
  const metered = operations['/v1/query']!['post']!;
  expect(Object.keys(metered.responses)).toContain('402');
  expect(metered.responses['200']!.headers).toHaveProperty('X-Credits-Charged');
  const free = operations['/v1/me']!['get']!;
  expect(Object.keys(free.responses)).not.toContain('402');
  expect(free.responses['200']!.headers).not.toHaveProperty('X-Credits-Charged');
});

test('a query is explained for nothing, by the body that would be queried', () => {
  const explain = operations['/v1/query/explain']!['post']!;
  expect(explain.requestBody).toEqual(operations['/v1/query']!['post']!.requestBody);
  expect(Object.keys(explain.responses)).not.toContain('402');
  expect(Object.keys(explain.responses)).toEqual(expect.arrayContaining(['200', '400', '406', '422', '504']));
});

test('a route that takes nothing tells that it refuses what it does not know', () => {
  expect(Object.keys(operations['/v1/me']!['get']!.responses)).toContain('422');
});

test('statistics tell of their ETag and of the 304 to who has it', () => {
  const { responses } = operations['/v1/stats']!['get']!;
  expect(Object.keys(responses)).toContain('304');
  expect(responses['200']!.headers).toMatchObject({ ETag: {}, Age: {} });
  expect(Object.keys(operations['/v1/me']!['get']!.responses)).not.toContain('304');
});

test('the filter of a query is described by its own language', () => {
  const body = JSON.stringify(operations['/v1/query']!['post']!.requestBody);
  expect(body).toContain('"where":{"$ref":"#/components/schemas/Filter"}');
});

test('refusals of every route are problem documents, with the seconds to wait where there are any', () => {
  for (const { path, method } of PUBLIC_ROUTES) {
    const { responses } = operations[path]![method.toLowerCase()]!;
    for (const status of ['401', '429', '500', '502', '503']) {
      expect(Object.keys(responses[status]!.content)).toEqual(['application/problem+json']);
    }
    expect(responses['429']!.headers).toHaveProperty('Retry-After');
    expect(responses['401']!.headers).toHaveProperty('WWW-Authenticate');
  }
});
