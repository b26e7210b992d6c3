import { AppError, isTransient } from './problems';

describe('AppError', () => {
  it('keeps what is for the caller apart from what is for the log', () => {
    const cause = new Error('connect ECONNREFUSED db:5432');
    const error = new AppError('unavailable', { context: { host: 'db' }, cause });
    expect(error.detail).toBe('Temporarily unavailable');
    expect(error.message).not.toContain('db');
    expect(error.cause).toBe(cause);
  });
});

describe('isTransient', () => {
  it('tries again after trouble of ours, never after a mistake of the caller', () => {
    expect(isTransient(new AppError('unavailable'))).toBe(true);
    expect(isTransient(new AppError('query_timeout'))).toBe(true);
    expect(isTransient(new AppError('invalid_request'))).toBe(false);
    expect(isTransient(new AppError('not_found'))).toBe(false);
    expect(isTransient(new TypeError('a bug'))).toBe(true);
  });
});
