import { type IncomingHttpHeaders } from 'node:http';
import { parseQueryRequest } from './request';

function parse(query: string, headers: IncomingHttpHeaders = {}, isMultipart = false) {
  return parseQueryRequest({ method: 'POST', parameters: new URLSearchParams(query), headers, isMultipart });
}

test('what is neither of the HTTP layer nor param_ is a setting', () => {
  const request = parse(
    'query=SELECT+1&max_threads=2&param_a=%C3%A9&database=d&&=x&default_format=CSV&query_id=q',
  );
  expect([...request.settings]).toEqual([['max_threads', '2']]);
  expect([...request.parameters]).toEqual([['a', 'é']]);
  expect(request).toMatchObject({ query: 'SELECT 1', database: 'd', defaultFormat: 'CSV', queryId: 'q' });
});

test('headers for database and format win over the URL, as in ClickHouse', () => {
  const headers = {
    'x-clickhouse-database': 'h',
    'x-clickhouse-format': 'TSV',
    'x-clickhouse-query-id': 'hid',
  };
  expect(parse('database=u&default_format=CSV', headers)).toMatchObject({
    database: 'h',
    defaultFormat: 'TSV',
    queryId: 'hid',
  });
});

test('a session with timeout, check and close', () => {
  expect(parse('session_id=s&session_timeout=5&session_check=1&close_session=1').session).toEqual({
    id: 's',
    timeoutS: 5,
    mustExist: true,
    close: true,
  });
  expect(parse('session_id=s').session).toMatchObject({ timeoutS: 60, mustExist: false, close: false });
  expect(parse('').session).toBeUndefined();
});

test.each([
  ['session_id=', 744],
  ['session_id=s&session_timeout=x', 374],
  ['session_id=s&session_timeout=-1', 374],
  ['session_id=s&session_timeout=3601', 374],
  ['buffer_size=x', 36],
  ['a%20b=1', 115],
  ['x%3D1%3BDROP=1', 115],
  ['param_a%20b=1', 36],
  ['compress=1', 48],
  ['decompress=1', 48],
  ['role=r', 48],
])('%s is error %i', (query, code) => {
  expect(() => parse(query)).toThrow(expect.objectContaining({ code }) as Error);
});

test('buffering is asked for by parameter or by setting', () => {
  expect(parse('buffer_size=5&wait_end_of_query=1')).toMatchObject({ bufferBytes: 5, waitEndOfQuery: true });
  expect(parse('http_response_buffer_size=6&http_wait_end_of_query=true')).toMatchObject({
    bufferBytes: 6,
    waitEndOfQuery: true,
  });
  expect(parse('wait_end_of_query=0')).toMatchObject({ bufferBytes: 0, waitEndOfQuery: false });
});

test('only in a multipart request do _structure, _types and _format describe external tables', () => {
  const query = 'ids_structure=a+Int8&ids_format=CSV&more_types=Int8';
  const multipart = parse(query, {}, true);
  expect(Object.fromEntries(multipart.external)).toEqual({
    ids: { structure: 'a Int8', format: 'CSV' },
    more: { types: 'Int8' },
  });
  expect(multipart.settings.size).toBe(0);
  expect([...parse('date_time_input_format=best_effort').settings.keys()]).toEqual([
    'date_time_input_format',
  ]);
});
