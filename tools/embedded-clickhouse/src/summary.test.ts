import { EMPTY_SUMMARY, readStatistics, toSummaryHeader } from './summary';

test('every counter travels as a string', () => {
  expect(
    JSON.parse(toSummaryHeader({ ...EMPTY_SUMMARY, readRows: 3, writtenBytes: 2 ** 50, elapsedNs: 7 })),
  ).toEqual({
    read_rows: '3',
    read_bytes: '0',
    written_rows: '0',
    written_bytes: '1125899906842624',
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: '7',
  });
});

test('what was read is found at the end of a JSON answer, pretty or not', () => {
  expect(
    readStatistics(
      '"statistics":\n\t{\n\t\t"elapsed": 0.1,\n\t\t"rows_read": 12,\n\t\t"bytes_read": 96\n\t}\n}',
    ),
  ).toEqual({ rows: 12, bytes: 96 });
  expect(readStatistics('{"rows_read":1,"bytes_read":2}')).toEqual({ rows: 1, bytes: 2 });
  expect(readStatistics('1\t2\n')).toBeUndefined();
});
