import { AppError, filterSchema } from '@bigdata/models';
import { z } from 'zod';
import { parseInput, toPointer } from './validation';

function failure(schema: z.ZodType, input: unknown, prefix?: string[]): AppError {
  try {
    parseInput(schema, input, prefix);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('no AppError was thrown');
}

describe('parseInput', () => {
  const schema = z.strictObject({ limit: z.int().max(10), count: z.enum(['none', 'exact']).optional() });

  it('names every mistake with its place', () => {
    const error = failure(schema, { limit: 11, count: 'exakt', colour: 'red' });
    expect(error.code).toBe('invalid_request');
    expect(error.errors.find(({ pointer }) => pointer === '#/count')?.hint).toBe('did you mean "exact"?');
    expect(error.errors.map(({ pointer }) => pointer).sort()).toEqual(['#/colour', '#/count', '#/limit']);
  });

  it('points into query and path by their names', () => {
    expect(failure(schema, { limit: 'x' }, ['query']).errors[0]?.pointer).toBe('#/query/limit');
  });

  it('carries the hints of the filter, and its own code for a filter that is too complex', () => {
    const where = z.strictObject({ where: filterSchema });
    const hinted = failure(where, { where: { field: 'emial', op: 'eq', value: 'x' } });
    expect(hinted.errors[0]).toMatchObject({ pointer: '#/where/field', hint: 'did you mean "email"?' });
    let deep: unknown = { field: 'email', op: 'eq', value: 'x' };
    for (let i = 0; i < 20; i += 1) deep = { or: [deep] };
    expect(failure(where, { where: deep }).code).toBe('query_too_complex');
  });

  it('bounds how many mistakes it lists', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, 1]));
    expect(failure(schema, { limit: 1, ...many }).errors).toHaveLength(50);
  });
});

describe('toPointer', () => {
  it('escapes as RFC 6901 says', () => {
    expect(toPointer(['a/b', 'c~d', 0, 'e f'])).toBe('#/a~1b/c~0d/0/e%20f');
    expect(toPointer([])).toBe('#');
  });
});
