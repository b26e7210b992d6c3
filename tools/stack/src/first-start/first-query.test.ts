import { formatQuery } from './first-query';

test('shows the request, the status, what it cost and the rows', () => {
  const headers = new Headers({ 'x-credits-charged': '1', 'x-credits-remaining': '9999' });
  const text = formatQuery({
    status: 200,
    headers,
    body: { data: [{ full_name: 'Ada' }, { full_name: 'Ben' }] },
  });
  expect(text.split('\n').slice(2)).toEqual([
    '  HTTP 200',
    '  X-Credits-Charged: 1',
    '  X-Credits-Remaining: 9999',
    '  {"full_name":"Ada"}',
    '  {"full_name":"Ben"}',
  ]);
  expect(text).toContain('POST /v1/query  {"select"');
});

test('shows the problem when there are no rows to show', () => {
  const text = formatQuery({ status: 402, headers: new Headers(), body: { code: 'insufficient_credits' } });
  expect(text).toContain('HTTP 402\n  {"code":"insufficient_credits"}');
});
