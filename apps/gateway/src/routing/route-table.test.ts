import { ALL_ROUTES, PUBLIC_ROUTES } from '@bigdata/models';
import { createRouteTable, routeName } from './route-table';

const match = createRouteTable(PUBLIC_ROUTES);
const ID = '3e2f7c1e-0000-4000-8000-000000000000';

test('every public contract is found under its own method and path, by HEAD too when it is GET', () => {
  for (const contract of PUBLIC_ROUTES) {
    const path = contract.path.replace(/\{\w+\}/g, ID);
    expect(match(contract.method, path)).toEqual({ kind: 'found', contract });
    if (contract.method === 'GET') expect(match('HEAD', path)).toEqual({ kind: 'found', contract });
  }
});

test('no internal contract is found', () => {
  const internal = ALL_ROUTES.filter(({ access }) => access === 'service');
  expect(internal.length).toBeGreaterThan(0);
  for (const { method, path } of internal) {
    expect(match(method, path.replace(/\{\w+\}/g, ID))).toEqual({ kind: 'unmatched' });
  }
});

test('another method of a known path says which are allowed', () => {
  expect(match('PUT', '/v1/admin/users')).toEqual({
    kind: 'wrong_method',
    template: '/v1/admin/users',
    allow: 'POST, GET, HEAD, OPTIONS',
  });
  expect(match('OPTIONS', '/v1/query')).toEqual({
    kind: 'options',
    template: '/v1/query',
    allow: 'POST, OPTIONS',
  });
});

test.each([
  '',
  '*',
  'v1/me',
  '/',
  '/v1',
  '/v1/me/',
  '//v1/me',
  '/v1//me',
  '/V1/me',
  '/v1/admin/users/',
  '/v1/admin/users/.',
  '/v1/admin/users/..',
  '/v1/admin/users/%2E%2e',
  '/v1/admin/users/a%2fb',
  '/v1/admin/users/a%5Cb',
  '/v1/admin/users/%00',
  '/v1/admin/users/%',
])('%j is no route of ours', (path) => {
  expect(match('GET', path)).toEqual({ kind: 'unmatched' });
  expect(routeName(match('GET', path))).toBe('unmatched');
});

test('a name is a template and holds nothing of the path', () => {
  expect(routeName(match('GET', `/v1/admin/users/${ID}`))).toBe('/v1/admin/users/{id}');
  expect(routeName(match('PUT', `/v1/admin/users/${ID}`))).toBe('/v1/admin/users/{id}');
});

test('two contracts for one method and path are refused', () => {
  const contract = PUBLIC_ROUTES[0]!;
  expect(() => createRouteTable([contract, contract])).toThrow('two contracts');
});
