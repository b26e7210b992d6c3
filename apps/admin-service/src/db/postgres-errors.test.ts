import { DatabaseError } from 'pg';
import { fromDriver, isRetried, isUniqueViolation } from './postgres-errors';

function serverError(sqlstate: string, constraint?: string): DatabaseError {
  const error = new DatabaseError('whatever the server says', 0, 'error');
  error.code = sqlstate;
  if (constraint !== undefined) error.constraint = constraint;
  return error;
}

test.each([
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '57014',
  '55P03',
  '42P01',
  '3D000',
  '40001',
  '40P01',
])('SQLSTATE %s is a server that may be well again in a moment', (sqlstate) => {
  expect(fromDriver(serverError(sqlstate))).toMatchObject({ code: 'unavailable' });
});

test.each([
  ['40001', true],
  ['40P01', true],
  ['57P01', false],
])('SQLSTATE %s is run again at once: %s', (sqlstate, again) => {
  expect(isRetried(fromDriver(serverError(sqlstate)))).toBe(again);
});

test('what the driver throws by itself is a lost connection', () => {
  expect(fromDriver(new Error('Connection terminated unexpectedly'))).toMatchObject({ code: 'unavailable' });
  expect(fromDriver(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toMatchObject({
    code: 'unavailable',
  });
});

test('a unique violation is a conflict that names its constraint to us, not to the caller', () => {
  const error = fromDriver(serverError('23505', 'users_username_key'));
  expect(error).toMatchObject({ code: 'conflict', detail: 'Conflict with the current state' });
  expect(isUniqueViolation(error, 'users_username_key')).toBe(true);
  expect(isUniqueViolation(error, 'other')).toBe(false);
});

test('any other error of the server is a bug of ours and stays as it is', () => {
  const error = serverError('42601');
  expect(fromDriver(error)).toBe(error);
});
