import { AppError } from '@bigdata/models';
import { ClickHouseError } from '@clickhouse/client';
import { classifyError } from './classify-error';

const clickhouse = (code: string, type: string): ClickHouseError =>
  new ClickHouseError({ code, type, message: 'DB::Exception with the text of a query' });

describe('classifyError', () => {
  it.each([
    ['159', 'TIMEOUT_EXCEEDED', 'query_timeout'],
    ['158', 'TOO_MANY_ROWS', 'query_too_complex'],
    ['241', 'MEMORY_LIMIT_EXCEEDED', 'query_too_complex'],
    ['60', 'UNKNOWN_TABLE', 'unavailable'],
    ['202', 'TOO_MANY_SIMULTANEOUS_QUERIES', 'unavailable'],
    ['243', 'NOT_ENOUGH_SPACE', 'unavailable'],
    ['279', 'ALL_CONNECTION_TRIES_FAILED', 'unavailable'],
    ['225', 'NO_ZOOKEEPER', 'unavailable'],
    ['62', 'SYNTAX_ERROR', 'internal'],
    ['47', 'UNKNOWN_IDENTIFIER', 'internal'],
  ])('takes ClickHouse code %s (%s) for %s', (code, type, wanted) => {
    const error = classifyError(clickhouse(code, type));
    expect(error.code).toBe(wanted);
    expect(error.context).toMatchObject({ clickhouse_code: code, clickhouse_type: type });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE'])('takes %s for unavailable', (code) => {
    expect(classifyError(Object.assign(new Error('connect'), { code })).code).toBe('unavailable');
  });

  it('finds the network behind several addresses that all failed', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(classifyError(new AggregateError([refused, refused])).code).toBe('unavailable');
  });

  it('takes anything else for a bug of ours, and tells the caller nothing of it', () => {
    const error = classifyError(new TypeError('cannot read properties of undefined'));
    expect([error.code, error.detail]).toEqual(['internal', 'Internal error']);
    expect(classifyError(clickhouse('62', 'SYNTAX_ERROR')).detail).not.toContain('query');
  });

  it('leaves an error of ours as it is', () => {
    const ours = new AppError('not_found');
    expect(classifyError(ours)).toBe(ours);
  });
});
