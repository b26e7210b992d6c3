/** Requests for an operation: such as its description allows, and such as are broken in one or two places. */
import fc from 'fast-check';
import type { JsonSchema, Operation } from './openapi';

export interface FuzzRequest {
  readonly method: string;
  /** Path and query, just as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  readonly caller: Caller;
}

export const CALLERS = ['admin', 'user', 'poor', 'none', 'unknown'] as const;
export type Caller = (typeof CALLERS)[number];

const ODD_TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\u{1F600}',
    '\uD800',
    '\u202Eabc',
    'e\u0301',
    '\uFEFFx',
    'İ',
    "'; --",
    '\\',
    '"',
    '%',
  ],
  ...[
    '%zz',
    '../..',
    '.',
    '..',
    '__proto__',
    'constructor',
    'null',
    'NaN',
    '-0',
    '1e3',
    '0x10',
    '١٢',
    '1 ',
    '+1',
  ],
  ...[
    '9007199254740993',
    '99999999999999999999',
    '-1',
    '0',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
  ],
  ...[
    '2026-02-30T00:00:00Z',
    '2026-01-01T00:00:00+23:59',
    '00000000-0000-0000-0000-000000000000',
    'x'.repeat(5_000),
  ],
];
const ODD_VALUES: readonly unknown[] = [
  ...ODD_TEXTS,
  ...[
    null,
    true,
    false,
    0,
    -0,
    -1,
    0.5,
    1e308,
    5e-324,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    1e21,
    [],
    {},
    [[]],
    [null],
    { a: 1 },
  ],
];
const ODD_BODIES = [
  ...[
    '',
    ' ',
    'null',
    '[]',
    '"text"',
    '1',
    '{',
    '{"a":',
    '{"a":1}}',
    '\uFEFF{}',
    '{"limit":1e999}',
    '{"a":1,"a":2}',
  ],
  ...[
    '{"__proto__":{"a":1}}',
    '{"where":{"__proto__":1}}',
    '{"a":"\\ud800"}',
    '{"a":\u0000}',
    '['.repeat(20_000),
  ],
  `${'{"not":'.repeat(500)}{}${'}'.repeat(500)}`,
].map((body) => Buffer.from(body));
const NO_UTF8 = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
const MEDIA_TYPES = [
  ...[
    'application/json; charset=utf-8',
    'application/json; charset=utf-16',
    'application/json; charset=nonsense',
  ],
  ...[
    'APPLICATION/JSON',
    'text/plain',
    'application/xml',
    'json',
    '',
    ';',
    'multipart/form-data',
    'application/*+json',
  ],
];
const ACCEPTS = [
  ...[
    '*/*',
    'application/json',
    'application/*',
    'text/csv',
    'application/x-ndjson',
    'text/event-stream',
    'text/html',
  ],
  ...[
    'application/vnd.apache.parquet',
    'application/json;q=0',
    '*/*;q=0',
    'text/csv;q=0.5, application/json;q=0.4',
  ],
  ...['', ',', ';', 'nonsense', 'a/b/c', 'application/json;q=nonsense', 'x/y,'.repeat(500)],
];
const IDEMPOTENCY_KEYS = [
  '',
  '"',
  '""',
  '"quoted"',
  'bare',
  'two words',
  '\u00E9',
  'x'.repeat(255),
  'x'.repeat(256),
  'a"b',
];
/** With these in a place of its own a path is none, which has a test of its own. */
const NO_SEGMENT = /^\.{0,2}$|[/\\\0]/;
const REQUEST_IDS = [
  '',
  'short',
  'a-valid-request-id',
  'x'.repeat(129),
  'spaces in it',
  '\u00E9\u00E9\u00E9\u00E9\u00E9',
];

interface Damage {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'add';
  readonly value: unknown;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(50),
  how: fc.constantFrom('replace', 'remove', 'add'),
  value: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ODD_VALUES) },
    { weight: 1, arbitrary: fc.jsonValue() },
  ),
});

type Holder = Record<string, unknown>;

/** Every place in a value: what holds it, and under which name. */
function placesOf(holder: Holder): { holder: Holder; name: string }[] {
  return Object.keys(holder).flatMap((name) => {
    const inner = holder[name];
    const own = { holder, name };
    return typeof inner === 'object' && inner !== null ? [own, ...placesOf(inner as Holder)] : [own];
  });
}

function damaged(value: unknown, damages: readonly Damage[]): unknown {
  const root: Holder = { root: structuredClone(value) };
  for (const { at, how, value: odd } of damages) {
    const places = placesOf(root);
    const place = places[at % places.length];
    if (place === undefined) continue;
    const { holder, name } = place;
    const inner = holder[name];
    if (how === 'add' && typeof inner === 'object' && inner !== null) (inner as Holder)['unheard_of'] = odd;
    else if (how === 'remove') Reflect.deleteProperty(holder, name);
    else holder[name] = odd;
  }
  return root['root'];
}

const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 5): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd });

const seldom = (values: readonly string[]): fc.Arbitrary<string | undefined> =>
  mostly(fc.constant(undefined), fc.constantFrom<string | undefined>(...values));

const oddText = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', maxLength: 30 }));

/** A lone surrogate has no UTF-8: its three bytes are sent, as a broken client would send them. */
const encoded = (value: unknown): string => {
  const said = typeof value === 'string' ? value : JSON.stringify(value);
  return said.isWellFormed() ? encodeURIComponent(said) : '%ED%A0%80';
};

function bodies(
  operation: Operation,
  valuesOf: (schema: JsonSchema, name: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Buffer | null> {
  const content = operation.requestBody?.content;
  const schema = content?.['application/json']?.schema;
  if (schema !== undefined) {
    const json = fc
      .tuple(
        valuesOf(schema, ''),
        mostly(fc.constant<Damage[]>([]), fc.array(damage, { minLength: 1, maxLength: 2 }), 2),
      )
      .map(([value, damages]) => Buffer.from(JSON.stringify(damaged(value, damages) ?? null)));
    return mostly<Buffer | null>(json, fc.constantFrom(...ODD_BODIES, NO_UTF8, null), 9);
  }
  if (content !== undefined) return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  return mostly<Buffer | null>(fc.constant(null), fc.constantFrom(...ODD_BODIES));
}

export function fuzzRequests(
  operation: Operation,
  valuesOf: (schema: JsonSchema, name: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<FuzzRequest> {
  const named = (place: string) => (operation.parameters ?? []).filter(({ in: own }) => own === place);
  const inPath = named('path').map(({ name, schema }) =>
    mostly(
      valuesOf(schema, name),
      oddText.filter((value) => value.isWellFormed() && !NO_SEGMENT.test(value)),
    ).map((value) => [name, encoded(value)] as const),
  );
  const inQuery = named('query').map(({ name, schema }) =>
    fc
      .oneof(
        { weight: 4, arbitrary: fc.constant<unknown[]>([]) },
        { weight: 3, arbitrary: valuesOf(schema, name).map((value) => [value]) },
        { weight: 1, arbitrary: fc.array(oddText, { minLength: 1, maxLength: 2 }) },
      )
      .map((values) => values.map((value) => `${name}=${encoded(value)}`)),
  );
  const stray = mostly(
    fc.constant(''),
    fc.constantFrom('unheard_of=1', '&', '=', '%zz', 'limit[]=1', 'a=%00', '?'),
    9,
  );
  const usualType = operation.requestBody && Object.keys(operation.requestBody.content)[0];

  return fc
    .record({
      caller: fc.constantFrom<Caller>('admin', 'admin', 'admin', 'admin', 'user', 'user', 'user', ...CALLERS),
      path: fc.tuple(...inPath),
      query: fc.tuple(...inQuery),
      stray,
      body: bodies(operation, valuesOf),
      type: mostly<string | undefined>(fc.constant(usualType), fc.constantFrom(...MEDIA_TYPES, undefined), 9),
      coding: mostly<string | undefined>(
        fc.constant(undefined),
        fc.constantFrom('gzip', 'identity', 'nonsense'),
        19,
      ),
      accept: seldom(ACCEPTS),
      idempotencyKey: seldom(IDEMPOTENCY_KEYS),
      requestId: seldom(REQUEST_IDS),
      ifNoneMatch: seldom(['*', '', 'W/"', '"a", W/"b"']),
    })
    .map(({ caller, path, query, stray: extra, body, ...sent }) => {
      const filled = path.reduce(
        (all, [name, value]) => all.replace(`{${name}}`, () => value),
        operation.path,
      );
      const search = [...query.flat(), ...(extra === '' ? [] : [extra])].join('&');
      const headers = {
        'content-type': sent.type,
        'content-encoding': sent.coding,
        accept: sent.accept,
        'idempotency-key': sent.idempotencyKey,
        'x-request-id': sent.requestId,
        'if-none-match': sent.ifNoneMatch,
      };
      return {
        method: operation.method,
        target: search === '' ? filled : `${filled}?${search}`,
        headers: Object.fromEntries(
          Object.entries(headers).filter(([, value]) => value !== undefined),
        ) as Record<string, string>,
        body,
        caller,
      };
    });
}
