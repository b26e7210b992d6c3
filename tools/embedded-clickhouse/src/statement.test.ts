import { parseStatement, type Statement } from './statement';

function parse(text: string): Statement {
  const statement = parseStatement(text, true);
  if (statement === 'incomplete') throw new Error('incomplete');
  return statement;
}

describe('SELECT', () => {
  test.each([
    ['SELECT 1', undefined, 'SELECT 1'],
    ['SELECT 1 FORMAT JSON', 'JSON', 'SELECT 1 '],
    ['SELECT 1 FORMAT JSON SETTINGS a = 1', 'JSON', 'SELECT 1 '],
    ['SELECT 1 SETTINGS a = 1', undefined, 'SELECT 1 SETTINGS a = 1'],
    ['SELECT 1 format csv;', 'csv', 'SELECT 1 '],
    ["SELECT 'FORMAT JSON'", undefined, "SELECT 'FORMAT JSON'"],
    [
      'SELECT a AS format FROM t ORDER BY format LIMIT 1',
      undefined,
      'SELECT a AS format FROM t ORDER BY format LIMIT 1',
    ],
    ['SELECT 1 -- FORMAT CSV', undefined, 'SELECT 1'],
    ['(SELECT 1) UNION ALL (SELECT 2 FORMAT x)', undefined, '(SELECT 1) UNION ALL (SELECT 2 FORMAT x)'],
    ['WITH 1 AS a SELECT a FORMAT TSV', 'TSV', 'WITH 1 AS a SELECT a '],
  ])('%s: its format is %s, and the clause goes after "%s"', (text, format, before) => {
    const statement = parse(text);
    expect(statement).toMatchObject({ kind: 'select', readOnly: true, format });
    expect(text.slice(0, statement.clauseAt)).toBe(before);
  });

  test('ends before semicolon and comment', () => {
    expect(parse('SELECT 1 ; -- done')).toMatchObject({ end: 8 });
  });

  test('INTO OUTFILE is refused, a column of that name is not', () => {
    expect(() => parse("SELECT 1 INTO OUTFILE 'x'")).toThrow('INTO OUTFILE is not allowed');
    expect(parse('SELECT outfile FROM t')).toMatchObject({ kind: 'select' });
  });
});

describe('a second statement', () => {
  test.each([
    'SELECT 1; SELECT 2',
    'CREATE TABLE t (a Int8);;DROP TABLE t',
    'INSERT INTO t SELECT 1; SELECT 2',
  ])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow('Multi-statements are not allowed');
  });

  test.each(["SELECT ';'", 'SELECT 1;;', 'SELECT 1; -- x', 'SELECT `;` FROM t', 'SELECT $$;$$'])(
    '%s is one statement',
    (text) => {
      expect(parse(text)).toMatchObject({ kind: 'select' });
    },
  );
});

describe('INSERT', () => {
  test.each([
    ['INSERT INTO t FORMAT JSONEachRow {"a":1}', 'JSONEachRow', '{"a":1}', 'INSERT INTO t'],
    ['INSERT INTO t FORMAT RowBinary\n\n\x00;', 'RowBinary', '\n\x00;', 'INSERT INTO t'],
    ['INSERT INTO t FORMAT CSV \r\n1;2', 'CSV', '1;2', 'INSERT INTO t'],
    ['INSERT INTO t (a, b) VALUES (1, 2)', 'Values', ' (1, 2)', 'INSERT INTO t (a, b)'],
    ['insert into db.t(a)values(1)', 'Values', '(1)', 'insert into db.t(a)'],
    ['INSERT INTO TABLE `d`.`t` FORMAT TSV\n', 'TSV', '', 'INSERT INTO TABLE `d`.`t`'],
    ['INSERT INTO t (* EXCEPT(b)) FORMAT TSV\nx', 'TSV', 'x', 'INSERT INTO t (* EXCEPT(b))'],
    ['INSERT INTO t SETTINGS a = 1 VALUES (1)', 'Values', ' (1)', 'INSERT INTO t'],
    [
      "INSERT INTO FUNCTION file('x', CSV) VALUES (1)",
      'Values',
      ' (1)',
      "INSERT INTO FUNCTION file('x', CSV)",
    ],
    ['INSERT INTO {t:Identifier} VALUES (1)', 'Values', ' (1)', 'INSERT INTO {t:Identifier}'],
    ["INSERT INTO t VALUES ('a;b')", 'Values', " ('a;b')", 'INSERT INTO t'],
  ])('%j: format %s, data %j, the clause goes after "%s"', (text, format, data, before) => {
    const statement = parse(text);
    expect(statement).toMatchObject({ kind: 'insert', readOnly: false, format });
    expect(text.slice(statement.dataAt)).toBe(data);
    expect(text.slice(0, statement.clauseAt)).toBe(before);
  });

  test.each([
    'INSERT INTO t SELECT 1',
    'INSERT INTO t (a) SELECT 1 FORMAT Null',
    'INSERT INTO t (SELECT 1)',
    'INSERT INTO t WITH 1 AS x SELECT x',
  ])('%s brings no data', (text) => {
    expect(parse(text)).toMatchObject({ kind: 'other', verb: 'INSERT', readOnly: false });
  });

  test('through input() brings data, and says in what structure', () => {
    const text = "INSERT INTO t SELECT x FROM input('x UInt8') WHERE x > 1 FORMAT CSV\n1";
    const statement = parse(text);
    expect(statement).toMatchObject({ kind: 'insert', format: 'CSV', input: { structure: "'x UInt8'" } });
    expect(text.slice(statement.dataAt)).toBe('1');
  });

  test.each([
    'INSERT INTO t FORM',
    'INSERT INTO t FORMAT JSON',
    'INSERT INTO t FORMAT JSONEachRow ',
    'INSERT INTO t (a, ',
    'INSERT INTO t VAL',
    'SELECT 1',
    '',
  ])('%j may go on in bytes not read yet', (text) => {
    expect(parseStatement(text, false)).toBe('incomplete');
  });

  test.each(['INSERT INTO t FORMAT CSV\n', 'INSERT INTO t FORMAT CSV 1', 'INSERT INTO t VALUES'])(
    'the data of %j has begun',
    (text) => {
      expect(parseStatement(text, false)).toMatchObject({ kind: 'insert' });
    },
  );
});

describe('what a statement may do', () => {
  test.each([
    ['SHOW TABLES', true, false],
    ['EXPLAIN SELECT 1', true, false],
    ['DESC t', true, false],
    ['SET a = 1', false, true],
    ['USE d', false, true],
    ['CREATE TEMPORARY TABLE t (a Int8)', false, true],
    ['CREATE TABLE t (a Int8) ENGINE = Memory', false, false],
    ['ALTER TABLE t DELETE WHERE 1', false, false],
    ["KILL QUERY WHERE query_id = 'x'", false, false],
    ['WITH 1 AS a INSERT INTO t SELECT a', false, false],
  ])('%s: only reads %s, changes its session %s', (text, readOnly, changesSession) => {
    expect(parse(text)).toMatchObject({ readOnly, changesSession });
  });
});

test('parameters are found wherever they are used, but not in strings and comments', () => {
  expect(
    parse("SELECT {a:UInt8}, { b : Array(String) }, '{c:Int8}' -- {d:Int8}\n FROM {e:Identifier}").parameters,
  ).toEqual(['a', 'b', 'e']);
  expect(parse("SELECT {'k': 1}").parameters).toEqual([]);
});

test('an empty text has no verb', () => {
  expect(parse(' -- nothing\n')).toMatchObject({ verb: '', kind: 'other' });
});

test.each([
  ['SELECT 1 FROM t LIMIT 10', true],
  ['SELECT 1 FROM t LIMIT 1000 OFFSET 5 FORMAT CSV', true],
  ['SELECT 1 FROM t LIMIT 1001', false],
  ['SELECT 1 FROM t LIMIT 1 BY a', false],
  ['SELECT 1 FROM t LIMIT 5, 100000', false],
  ['SELECT 1 FROM t LIMIT {n:UInt64}', false],
  ['SELECT 1 FROM (SELECT 1 LIMIT 1)', false],
  ['SELECT 1 FROM t LIMIT 10 SETTINGS max_threads = 1', false],
  ['SELECT 1', false],
])('%s gives few rows: %s', (text, isSmall) => {
  expect(parse(text).isSmall).toBe(isSmall);
});
