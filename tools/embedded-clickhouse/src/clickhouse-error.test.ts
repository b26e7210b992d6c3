import { ClickHouseError, toHttpStatus } from './clickhouse-error';

test('an error of its own is worded as ClickHouse words it', () => {
  expect(ClickHouseError.of(373, 'Session s is locked').toBody('26.7')).toBe(
    'Code: 373. DB::Exception: Session s is locked (SESSION_IS_LOCKED) (version 26.7)\n',
  );
});

test("the engine's error keeps its code and text", () => {
  const text = 'Code: 60. DB::Exception: Unknown table\nx. (UNKNOWN_TABLE)';
  expect(ClickHouseError.from(new Error(`${text}\n`))).toMatchObject({ code: 60, message: text });
});

test('anything else is UNKNOWN_EXCEPTION', () => {
  expect(ClickHouseError.from('odd')).toMatchObject({
    code: 1002,
    message: 'Code: 1002. DB::Exception: odd (UNKNOWN_EXCEPTION)',
  });
});

test.each([
  [62, 400],
  [27, 400],
  [194, 401],
  [516, 403],
  [497, 403],
  [60, 404],
  [81, 404],
  [159, 408],
  [229, 413],
  [48, 501],
  [209, 503],
  [241, 500],
  [373, 500],
])('code %i is status %i', (code, status) => {
  expect(toHttpStatus(code)).toBe(status);
});
