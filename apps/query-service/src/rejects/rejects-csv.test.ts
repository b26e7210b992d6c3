import { createRejectsCsv } from './rejects-csv';

const reject = {
  line: 7,
  byte_offset: 120,
  column: null,
  code: 'too_many_columns',
  reason: 'more columns, "x" too, than the header',
  raw: 'Jane;"Doe; Roe";a"b;;surplus',
};

test('the rows of a CSV file stand as they stood there, under its own header and with its own delimiter', () => {
  const csv = createRejectsCsv({
    format: 'csv',
    delimiter: ';',
    columns: ['name', 'odd;name', 'say "so"', 'a,b'],
  });
  expect(csv.header).toBe('reject_line;reject_code;reject_reason;name;"odd;name";"say ""so""";a,b\r\n');
  expect(csv.line(reject)).toBe(
    '7;too_many_columns;"more columns, ""x"" too, than the header";Jane;"Doe; Roe";a"b;;surplus\r\n',
  );
});

test('a header that goes over several lines stays one record', () => {
  const csv = createRejectsCsv({ format: 'csv', delimiter: '\t', columns: ['a\nb', 'c'] });
  expect(csv.header).toBe('reject_line\treject_code\treject_reason\t"a\nb"\tc\r\n');
});

test.each([
  ['another format', { format: 'ndjson', delimiter: '', columns: ['name'] }],
  ['a job that nobody knows', null],
])('the rows of %s are one column, quoted by RFC 4180', (_of, file) => {
  const csv = createRejectsCsv(file);
  expect(csv.header).toBe('reject_line,reject_code,reject_reason,raw\r\n');
  expect(csv.line({ ...reject, raw: '{"name":"Jane, Doe"}\n' })).toBe(
    '"7","too_many_columns","more columns, ""x"" too, than the header","{""name"":""Jane, Doe""}\n"\r\n',
  );
});
