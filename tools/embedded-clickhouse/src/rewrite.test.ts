import {
  insertFrom,
  plain,
  queryTag,
  quoteIdentifier,
  quoteString,
  selectInto,
  withoutAdditions,
} from './rewrite';
import { parseStatement } from './statement';

function parsed(text: string) {
  const latin1 = Buffer.from(text).toString('latin1');
  const statement = parseStatement(latin1, true);
  if (statement === 'incomplete') throw new Error('incomplete');
  return [latin1, statement] as const;
}

test('a SELECT writes into the pipe, in its own format or the one asked for', () => {
  expect(selectInto(...parsed('SELECT 1; -- x'), '/p', 'CSV')).toBe(
    "SELECT 1 INTO OUTFILE '/p' APPEND FORMAT CSV /*default*/ ",
  );
  expect(selectInto(...parsed('SELECT 1 FORMAT JSON SETTINGS a = 1'), '/p', 'CSV')).toBe(
    "SELECT 1  INTO OUTFILE '/p' APPEND FORMAT JSON SETTINGS a = 1",
  );
});

test('text outside ASCII stays what it was', () => {
  expect(plain(...parsed("SHOW TABLES LIKE 'é€😀'"))).toBe("SHOW TABLES LIKE 'é€😀'");
  expect(selectInto(...parsed("SELECT 'é'"), '/p', 'CSV')).toContain("SELECT 'é' INTO");
});

test.each([
  ['INSERT INTO t (a) VALUES (1)', "INSERT INTO t (a) FROM INFILE '/p' FORMAT Values"],
  ['INSERT INTO t FORMAT CSV 1', "INSERT INTO t FROM INFILE '/p' FORMAT CSV"],
  ['INSERT INTO t SETTINGS a = 1 FORMAT CSV 1', "INSERT INTO t FROM INFILE '/p' SETTINGS a = 1 FORMAT CSV"],
  [
    "INSERT INTO t SELECT x FROM input('x Int8') FORMAT CSV 1",
    "INSERT INTO t SELECT x FROM file('/p', 'CSV', 'x Int8')",
  ],
])('%s reads from the pipe', (text, expected) => {
  expect(insertFrom(...parsed(text), '/p').trimEnd()).toBe(expected);
});

test('names and strings cannot break out of their quotes', () => {
  expect(quoteString("a'b\\c")).toBe(String.raw`'a\'b\\c'`);
  expect(quoteIdentifier('a`b\\c')).toBe('`a\\`b\\\\c`');
});

test('no query id can end the comment that carries it', () => {
  expect(queryTag('a*/ b')).toBe('/*query_id:a%2A%2F%20b*/ ');
});

test('KILL and system.processes know the ids that clients gave', () => {
  expect(plain(...parsed("KILL QUERY WHERE query_id = 'x'"))).toMatch(/WHERE \(if\(startsWith\(query/);
  expect(selectInto(...parsed('SELECT query_id FROM system.processes p'), '/p', 'CSV')).toMatch(
    /^SELECT query_id FROM \(SELECT \* REPLACE [^]* FROM system\.processes\) p /,
  );
  expect(plain(...parsed('DESCRIBE system.processes'))).toBe('DESCRIBE system.processes');
});

describe('an error text without the additions of the front', () => {
  const tag = queryTag('id');

  test('says once what the engine wraps twice', () => {
    const inner =
      'Code: 27. DB::Exception: Cannot parse x: (in file/uri /p/in-1): data for INSERT was parsed from file. (NAME)';
    expect(withoutAdditions(`Code: 27. DB::Exception: ${inner} (version 26.7.2.1). (NAME)`, tag)).toBe(
      'Code: 27. DB::Exception: Cannot parse x. (NAME)',
    );
  });

  test('counts positions from the statement', () => {
    const text = `Code: 62. DB::Exception: Syntax error: failed at position ${tag.length + 7} (x): x.`;
    expect(withoutAdditions(text, tag)).toContain('failed at position 7 (x)');
  });

  test('counts columns of the first line only', () => {
    const first = `failed at position ${tag.length + 7} (x) (line 1, col ${tag.length + 7}): x`;
    expect(withoutAdditions(first, tag)).toBe('failed at position 7 (x) (line 1, col 7): x');
    const second = `failed at position ${tag.length + 7} (x) (line 2, col 3): x`;
    expect(withoutAdditions(second, tag)).toBe('failed at position 7 (x) (line 2, col 3): x');
  });

  test('shows neither pipe nor tag', () => {
    const text = `near ${tag}SELECT 1 INTO OUTFILE '/it\\'s/p' APPEND FORMAT CSV /*default*/ SETTINGS x`;
    expect(withoutAdditions(text, tag)).toBe('near SELECT 1 SETTINGS x');
  });
});

test('a small result is formatted by one thread, which neither errors nor system.processes show', () => {
  const sql = selectInto(...parsed('SELECT 1 LIMIT 1'), '/p', 'CSV');
  expect(sql).toBe(
    "SELECT 1 LIMIT 1 INTO OUTFILE '/p' APPEND FORMAT CSV /*default*/  SETTINGS output_format_parallel_formatting = 0",
  );
  expect(withoutAdditions(sql, 'x').trimEnd()).toBe('SELECT 1 LIMIT 1');
  expect(selectInto(...parsed('SELECT 1 LIMIT 1 FORMAT JSON'), '/p', 'CSV')).toMatch(
    /APPEND FORMAT JSON SETTINGS output_format_parallel_formatting = 0$/,
  );
});
