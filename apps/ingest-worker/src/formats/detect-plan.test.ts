import { JobFailure } from '../jobs/job-failure';
import { LIMITS } from '../test-support/read-rows';
import { detectPlan, type FormatPlan } from './detect-plan';
import { type FormatHints } from './hints';

interface Options {
  readonly name?: string;
  readonly complete?: boolean;
  readonly hints?: FormatHints;
}

function plan(text: string, { name = 'x', complete = true, hints = {} }: Options = {}): FormatPlan {
  return detectPlan({ text: Buffer.from(text), complete, name }, LIMITS, hints);
}

const formatOf = (text: string, options?: Options): FormatPlan['format'] => plan(text, options).format;
function codeOf(text: string, options?: Options): string | null {
  try {
    plan(text, options);
    return null;
  } catch (error) {
    if (error instanceof JobFailure) return error.code;
    throw error;
  }
}

describe('CSV', () => {
  test.each([
    [',', 'name,email\nJane,j@example.com\n'],
    [';', 'name;price\nJane;1,5\nJoe;2,5\n'],
    ['\t', 'name\temail\nDoe, Jane\tj@example.com\n'],
    ['|', 'name|email\nJane|j@example.com\n'],
    ['^', 'name^city^x\nJane^Rome^1\n'],
    ['~', 'name~city\nJane~Rome\n'],
    ['\u0001', 'name\u0001city\nJane\u0001Rome\n'],
    [':', 'root:0:/root\nbin:1:/bin\n'],
    [',', 'time,name\n10:30:00,Jane\n11:30:00,Joe\n'],
    [',', 'name\nJane\n'],
  ])('is cut at %j', (delimiter, text) => {
    expect(formatOf(text)).toMatchObject({ kind: 'csv', delimiter, quote: '"' });
  });

  test('quotes may be single ones', () => {
    const text = "'name','city'\n'Doe, Jane','Rome'\n'It''s \"x\"','Bern'\n";
    expect(plan(text)).toMatchObject({
      format: { delimiter: ',', quote: "'" },
      columns: ['name', 'city'],
      start: 14,
    });
    expect(formatOf("name,city\nO'Neill,Rome\n'tis,Bern\n")).toMatchObject({ quote: '"' });
  });

  test('quotes may be none when they would break the rows', () => {
    expect(formatOf('name\tsize\tx\nscreen\t"5\t1\npipe\t"7\t2\nrod\t"3 4\t3\n')).toMatchObject({
      quote: null,
    });
  });

  test('the first row names the columns, each once', () => {
    expect(plan('\ufeffname,,name\r\nJane,1,x\r\n')).toMatchObject({
      columns: ['name', 'column_2', 'name_2'],
      start: 15,
      startLine: 2,
    });
  });

  test.each([
    ['numbers over numbers', '36,"AIRLINES",-0- \n173,"CO., LTD.",-0- \n306,"BANCO",-0- \n', false],
    ['an address over addresses', 'Jane,j@example.com\nJoe,o@example.com\n', false],
    ['names over anything', 'a,b\n1,2\n3,4\n', true],
    ['years over numbers', 'land,2019,2020\nA,5,6\nB,7,8\n', true],
    ['a known name beside a number', 'email,1\nj@example.com,2\n', true],
    ['text over text', 'alpha,beta\nx,y\nz,w\n', true],
  ])('%s', (_name, text, hasHeader) => {
    expect(formatOf(text)).toMatchObject({ hasHeader });
    if (!hasHeader) expect(plan(text)).toMatchObject({ start: 0, startLine: 1 });
  });

  test('what is asked for goes before what is guessed', () => {
    const hints = { kind: 'csv', delimiter: ';', hasHeader: false } as const;
    expect(plan('{"a";1\n', { hints })).toMatchObject({
      format: { kind: 'csv', delimiter: ';', hasHeader: false },
      columns: ['column_1', 'column_2'],
    });
  });

  test('a header in angle brackets is no XML', () => {
    expect(formatOf('<NAME>,<EMAIL>\nJane,j@example.com\n')).toMatchObject({ kind: 'csv' });
  });
});

describe('JSON', () => {
  test.each([
    ['an array', '[\n{"a":1}]', { kind: 'json', path: [] }, 1],
    [
      'an array within',
      '{"x":[{"b":1}],"data":{"items":[{"a":1},{"a":2,"b":[{"c":1}]},{"a":3,"b":[]}]}}',
      { kind: 'json', path: ['data', 'items'] },
      32,
    ],
    ['lines', '{"a":1}\n{"a":2}\n', { kind: 'ndjson' }, 0],
    ['lines of which one is broken', '{"a":1}\n{"a":\n{"a":3}\n', { kind: 'ndjson' }, 0],
    ['objects over several lines', '{\n"a":1\n}\n{\n"a":2\n}', { kind: 'json', path: null }, 0],
    [
      'one object',
      '{"name":"x","tags":[{"t":1}],"note":"a longer text than the tags are"}',
      { kind: 'json', path: null },
      0,
    ],
    ['several objects on one line', '{"a":1}{"a":2}', { kind: 'ndjson' }, 0],
  ])('%s', (_name, text, format, start) => {
    expect(plan(text)).toMatchObject({ format, start });
  });

  test('one object under a name that promises lines is one', () => {
    expect(formatOf('{"a":[{"b":1},{"b":2}]}\n', { name: 'x.ndjson.gz' })).toEqual({ kind: 'ndjson' });
    expect(formatOf('{\n"a":1\n}\n', { name: 'x.jsonl' })).toEqual({ kind: 'json', path: null });
  });

  test('an array that goes on behind the head is found', () => {
    const text = `{"meta":{"a":[{"x":1}]},"rows":[${'{"a":1},'.repeat(20)}{"a`;
    expect(formatOf(text, { complete: false })).toEqual({ kind: 'json', path: ['rows'] });
  });

  test('the array asked for is taken, and missed when it is not there', () => {
    const text = '{"big":[{"a":1},{"a":2}],"small":[{"b":1}]}';
    expect(plan(text, { hints: { path: ['small'] } })).toMatchObject({
      format: { path: ['small'] },
      columns: ['b'],
    });
    expect(codeOf(text, { hints: { path: ['none'] } })).toBe('records_not_found');
  });

  test('columns are the names seen, in order of appearance, empty ones too', () => {
    expect(plan('{"a":null,"b":{"c":1}}\n{"d":[],"a":1}\n').columns).toEqual(['a', 'b.c', 'd']);
  });

  test('a name that promises JSON is held to it', () => {
    expect(codeOf('name,email\nJane,x\n', { name: 'x.json' })).toBe('malformed_json');
    expect(codeOf('name,email\nJane,x\n', { name: 'x.xml' })).toBe('malformed_xml');
  });
});

describe('XML', () => {
  test.each([
    [
      'the repeated element',
      '<people>\n<person id="1"><name>A</name></person><person id="2"/></people>',
      'person',
      ['people'],
    ],
    [
      'the one that holds most',
      '<x><meta><k a="1"/><k a="2"/></meta><list><p><n>Jane</n></p><p><n>Joe</n></p></list></x>',
      'p',
      ['x', 'list'],
    ],
    [
      'the only structure',
      '<people><person><name>A</name><tel>1</tel><tel>2</tel></person></people>',
      'person',
      ['people'],
    ],
    ['plain elements', '<list><email>a</email><email>b</email></list>', 'email', ['list']],
    ['the root', '<person><name>A</name><tel>1</tel><tel>2</tel></person>', 'person', []],
  ])('%s is the record', (_name, text, element, ancestors) => {
    expect(formatOf(text)).toEqual({ kind: 'xml', element, ancestors });
  });

  test('the start is that of the first record, behind the declaration and comments', () => {
    const text = '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<!-- x -->\n<l>\n<r a="1"/><r a="2"/></l>';
    expect(plan(text)).toMatchObject({
      start: Buffer.byteLength(text.slice(0, text.indexOf('<r '))),
      startLine: 4,
    });
  });

  test('the element asked for is taken', () => {
    const text = '<x><a b="1"/><a b="2"/><c d="1"/></x>';
    expect(plan(text, { hints: { element: 'c' } })).toMatchObject({
      format: { element: 'c' },
      columns: ['d'],
    });
    expect(codeOf(text, { hints: { element: 'e' } })).toBe('records_not_found');
  });

  test.each([
    ['<!DOCTYPE x [<!ENTITY a "b">]><x/>', 'xml_dtd_refused'],
    ['<!doctype html><html></html>', 'xml_dtd_refused'],
    ['<?xml version="1.1"?><x/>', 'unsupported_format'],
    ['<?xml encoding="utf-8"?><x/>', 'malformed_xml'],
    ['<x><a b="1"></a></y>', 'malformed_xml'],
  ])('%s comes to %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});

test('an empty file, or one of blanks, is refused', () => {
  for (const text of ['', '\ufeff', ' \r\n\n']) expect(codeOf(text)).toBe('empty_file');
});
