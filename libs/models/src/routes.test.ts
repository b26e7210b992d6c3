import { ALL_ROUTES, PUBLIC_ROUTES } from './routes';

describe('ROUTES', () => {
  it('has each method and path once, and ids equal to their names', () => {
    const doors = ALL_ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(doors).size).toBe(doors.length);
  });

  it('keeps internal routes apart from public ones', () => {
    for (const { access, path } of ALL_ROUTES)
      expect(path.startsWith('/internal/')).toBe(access === 'service');
    expect(PUBLIC_ROUTES.every(({ path }) => path.startsWith('/v1/'))).toBe(true);
  });

  it('asks for the admin role on every admin path and only there', () => {
    for (const { access, path } of PUBLIC_ROUTES)
      expect(path.startsWith('/v1/admin/')).toBe(access === 'admin');
  });

  it('asks for a scope wherever there is data or administration, and nowhere on the own account', () => {
    for (const { scope, path } of PUBLIC_ROUTES) {
      expect(scope === null).toBe(path.startsWith('/v1/me'));
      expect(scope === 'admin').toBe(path.startsWith('/v1/admin/'));
    }
  });

  it('declares exactly the parameters that its path names', () => {
    for (const { path, params } of ALL_ROUTES) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      const shape = (params as unknown as { shape: Record<string, unknown> }).shape;
      expect(Object.keys(shape).sort()).toEqual(named);
    }
  });
});
