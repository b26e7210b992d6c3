import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { LIMITS, valuesOf } from '../test-support/read-rows';
import { type ReadLimits, type RowProblem } from './rows';
import { createXmlRowReader } from './xml-rows';

interface Read {
  readonly values: Record<string, string>;
  readonly problem: RowProblem | null;
  readonly raw: string;
  readonly line: number;
}

function read(text: string, columns: string[] = [], limits: ReadLimits = LIMITS): Read[] {
  const reader = createXmlRowReader({ columns, format: { element: 'r' } }, limits);
  const rows: Read[] = [];
  reader.open(Buffer.from(text));
  while (reader.next()) {
    const { row } = reader;
    const { problem, line } = row;
    rows.push({ values: problem === null ? valuesOf(row, columns) : {}, problem, raw: reader.raw(), line });
  }
  return rows;
}

const valuesIn = (content: string): Record<string, string> | undefined =>
  read(`<r>${content}</r>`)[0]?.values;

describe('names', () => {
  test('are those of attributes and child elements, dotted below the record', () => {
    expect(
      read('<r id="7"><name><first>A</first></name><state code="AK"><full>Alaska</full></state></r>')[0]
        ?.values,
    ).toEqual({
      id: '7',
      'name.first': 'A',
      'state.code': 'AK',
      'state.full': 'Alaska',
    });
  });

  test('that come again in one element are counted, those of their children too', () => {
    expect(
      read(
        '<r id="1"><id>2</id><tel>a</tel><tel>b</tel><o><v>c</v><v>d</v></o><o><v>e</v></o><tel>f</tel></r>',
      )[0]?.values,
    ).toEqual({
      id: '1',
      id_2: '2',
      tel: 'a',
      tel_2: 'b',
      tel_3: 'f',
      'o.v': 'c',
      'o.v_2': 'd',
      'o_2.v': 'e',
    });
  });

  test('keep their prefixes, and declarations of namespaces are no data', () => {
    expect(read('<r xmlns="u" xmlns:x="v" x:a="1"><x:b>2</x:b></r>')[0]?.values).toEqual({
      'x:a': '1',
      'x:b': '2',
    });
  });

  test('of text in the record itself are its own', () => {
    expect(read('<r>a@example.com</r>')[0]?.values).toEqual({ r: 'a@example.com' });
    expect(read('<r type="x"> a <b>c</b> d </r>')[0]?.values).toEqual({ type: 'x', b: 'c', r: 'a d' });
  });
});

describe('values', () => {
  test('have their references resolved and the space around them taken away', () => {
    expect(valuesIn('<a>\n &lt;A &amp; B&gt; &quot;&apos;&#233;&#x1F600; \t</a>')).toEqual({
      a: `<A & B> "'é😀`,
    });
  });

  test('go on over comments, instructions and CDATA, in which nothing is resolved', () => {
    expect(valuesIn('<a>x<!-- - -->y<?z?><![CDATA[&amp;<b>]] ]]>&amp;</a>')).toEqual({ a: 'xy&amp;<b>]] &' });
  });

  test('have LF for every line end, and in attributes blanks for it', () => {
    expect(valuesIn('<a>1\r\n2\r3\n4</a><b c="1\r\n2\t3&#10;4"/>')).toEqual({
      a: '1\n2\n3\n4',
      'b.c': '1 2 3\n4',
    });
  });

  test('that are empty are there as columns and nowhere else', () => {
    expect(read('<r><a/><b></b><c x=""/></r>', ['a'])[0]?.values).toEqual({});
  });
});

describe('rows', () => {
  test('are found between whatever else stands there', () => {
    const rows = read(
      '\n<!-- <r> --><x a="1"><y/></x>\r\n<r>1</r> text <?p <r> ?>\n<rr>2</rr><r\n/><r>3</r>',
    );
    expect(rows.map(({ values, line }) => [values['r'], line])).toEqual([
      ['1', 2],
      [undefined, 3],
      ['3', 4],
    ]);
  });

  test.each([
    ['a tag without its end', '<r><a>1</r>'],
    ['tags that cross', '<r><a><b></a></b></r>'],
    ['an unknown entity', '<r>&nbsp;</r>'],
    ['a bare ampersand', '<r>a & b</r>'],
    ['a reference to no character', '<r>&#0;</r>'],
    ['an attribute twice', '<r a="1" a="2"></r>'],
    ['an attribute without quotes', '<r><b a=1/></r>'],
    ['a double hyphen in a comment', '<r><!-- -- --></r>'],
    ['a CDATA end in text', '<r>]]></r>'],
    ['a control character', '<r>\u0001</r>'],
    ['no character', '<r>\uffff</r>'],
    ['a declaration inside', '<r><?xml version="1.0"?></r>'],
    ['a doctype inside', '<r><!DOCTYPE r></r>'],
  ])('%s costs that record alone', (_name, record) => {
    const rows = read(`<r>0</r>${record}<r>9</r>`);
    expect(rows.map(({ problem }) => problem)).toEqual([null, 'malformed_xml', null]);
    expect(rows[1]?.raw).toBe(record);
    expect(rows[2]?.values).toEqual({ r: '9' });
  });

  test('without an end stop where the next one starts', () => {
    const rows = read('<r><a>0</a><r>1</r><r>2</r>');
    expect(rows.map(({ problem, raw }) => [problem, raw])).toEqual([
      ['malformed_xml', '<r><a>0</a>'],
      [null, '<r>1</r>'],
      [null, '<r>2</r>'],
    ]);
  });

  test('over a bound are refused', () => {
    const limits = { ...LIMITS, fieldBytesMax: 4, rowBytesMax: 38, depthMax: 3, columnsMax: 4 };
    const rows = read(
      '<r>12345</r><r><a>1</a><b>2</b><c>3</c><d>4</d></r><r><a><b><c/></b></a></r><r><a><b><c>3</c></b></a></r><r>1234</r>',
      [],
      limits,
    );
    expect(rows.map(({ problem }) => problem)).toEqual([
      'field_too_long',
      'row_too_long',
      'nested_too_deep',
      'nested_too_deep',
      null,
    ]);
    expect(read('<r><a/><b/><c/></r>', [], { ...LIMITS, columnsMax: 3 })[0]?.problem).toBe(
      'too_many_columns',
    );
  });
});

function saxesAccepts(text: string): boolean {
  let isAccepted = true;
  const parser = new SaxesParser();
  parser.on('error', () => {
    isAccepted = false;
  });
  parser.write(text).close();
  return isAccepted;
}

test('a record is refused exactly when saxes refuses it', () => {
  const token = fc.constantFrom(
    '<a>',
    '</a>',
    '<b/>',
    '<b c="1"/>',
    "<b c='<'/>",
    '<b c=1/>',
    '<b c="1" c="2"/>',
    '<b c="&lt;"d="2"/>',
    '<a >',
    '</a >',
    '< a>',
    '<é/>',
    '<1/>',
    '<a:b/>',
    '<-/>',
    'x',
    ']]>',
    '&amp;',
    '&',
    '&#xe9;',
    '&#xD800;',
    '&#12',
    '&foo;',
    '<!-- - -->',
    '<!-- -- -->',
    '<!---->',
    '<!--->',
    '<?p q?>',
    '<?p?>',
    '<?xml?>',
    '<? p?>',
    '<?p',
    '<![CDATA[<&]]>',
    '<![CDATA[]]]]>',
    '<!X>',
    '\u0001',
    '\ufffe',
    '\r',
    '"',
    '>',
    '<',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 6 }), (tokens) => {
      const text = `<r>${tokens.join('')}</r>`;
      // A record that ends early leaves a rest, which is the splitter's business.
      const [row] = read(text);
      expect({ text, isTaken: row?.problem === null && row.raw === text }).toEqual({
        text,
        isTaken: saxesAccepts(text),
      });
    }),
    { numRuns: 5_000 },
  );
});
