/** One hostile text in every place of a request that takes text. */
import { ROUTES } from '@bigdata/models';
import { type StatementRecorder } from './statement-recorder';
import { insertRows } from './stored-row';
import { type TestService } from './test-service';

/** None of the texts is the value of any of these: whoever finds one has got past the filter. */
export async function insertVictims({ clickhouse }: TestService): Promise<void> {
  await insertRows(
    clickhouse,
    ['a', 'b'].map((letter) => ({
      key: letter.repeat(16),
      dataset: `victims-${letter}`,
      email: `${letter}@victims.example`,
      full_name: `Victim ${letter}`,
      region: 'Nowhere',
      country: 'AQ',
      attributes: { tier: 'victim' },
    })),
  );
}

export function hostileRequests(payload: string): unknown[] {
  const eq = (field: string, value: string = payload) => ({ where: { field, op: 'eq', value } });
  const list = (field: string) => ({ where: { field, op: 'in', value: [payload, 'nothing'] } });
  // Places that take any text share one query: a record found by one of them is found by all of them together.
  const anyText = [
    eq('region'),
    list('region'),
    eq('attributes.tier'),
    list('attributes.tier'),
    eq(`attributes.${payload}`),
    eq(`attributes.${payload}`, 'victim'),
    { where: { and: [eq('country', 'AQ').where, eq('region').where] } },
  ];
  return [
    { where: { or: anyText.map(({ where }) => where) } },
    eq('dataset'),
    eq('full_name'),
    eq('email'),
    eq('phone'),
    eq('record_id'),
    eq(payload, 'victim'),
    { where: { field: 'dataset', op: payload, value: 'victim' } },
    { where: eq('dataset', 'victims-a').where, cursor: payload },
    { where: eq('dataset', 'victims-a').where, order_by: [{ field: payload }] },
    { where: eq('region').where, order_by: [{ field: `attributes.${payload}`, direction: 'desc' }] },
    { select: [payload] },
  ];
}

/** What people write in those places; each kind of text leads to statements of its own. */
const ORDINARY = [
  'Springfield',
  'ann@example.com',
  '+44 20 7946 0000',
  '6a'.repeat(16),
  'eq',
  'city',
  'GB',
  '1987',
  '2.5',
  '*/*',
];

/** The form of every statement that ordinary texts lead to. */
export async function statementsOfPeople(
  service: TestService,
  recorder: StatementRecorder,
): Promise<ReadonlySet<string>> {
  for (const text of ORDINARY) {
    await strayAnswers(service, hostileRequests(text));
    await strayCalls(service, hostileCalls(text));
  }
  const forms = recorder.take().map(formOf);
  const others = forms.filter((form) => !/^(\(?|EXPLAIN ESTIMATE )SELECT /.test(form));
  if (others.length > 0) throw new Error(`not a SELECT: ${others.join('\n')}`);
  return new Set(forms);
}

/** Texts only ever are parameters: whatever they say, ClickHouse is sent no statement that it is not sent for others. */
export function strayStatements(statements: readonly string[], known: ReadonlySet<string>): string[] {
  return statements.filter((statement) => !known.has(formOf(statement)));
}

/** Equal values share a parameter, so their numbers tell of the values. */
function formOf(statement: string): string {
  return statement.replaceAll(/\{p\d+:/g, '{p:');
}

/** Longer heads are refused by Node, with 431 and no body. */
const URL_CHARS_MAX = 12_000;

interface HostileCall {
  readonly path: string;
  readonly init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
  };
}

/** The same text in what the other routes take, and in headers. */
export function hostileCalls(payload: string): HostileCall[] {
  const json = { 'content-type': 'application/json' };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): HostileCall => ({
    path,
    init: { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) },
  });
  const stats = (search: Record<string, string>): HostileCall => ({
    path: `${ROUTES.readStats.path}?${new URLSearchParams(search).toString()}`,
    init: { method: 'GET', headers: {} },
  });
  const nobody = { field: 'region', op: 'eq', value: payload };
  // By itself what nobody can accept: such a request is refused before the other headers matter.
  const inHeaders = [['accept'], ['accept-encoding', 'x-request-id', 'if-none-match']].map((names) =>
    Object.fromEntries(names.map((name) => [name, payload] as const)),
  );
  return [
    ...['emails', 'phones', 'record_ids'].map((kind) => post(ROUTES.lookup.path, { [kind]: [payload] })),
    post(ROUTES.lookup.path, { emails: ['nobody@example.com'], select: [payload] }),
    post(ROUTES.lookup.path, { phones: ['4155550132'], country: payload }),
    stats({ where: JSON.stringify(nobody), group_by: 'country' }),
    stats({ where: payload }),
    stats({ group_by: payload }),
    stats({ where: JSON.stringify(nobody), group_by: `attributes.${payload}` }),
    post(ROUTES.explainQuery.path, { where: nobody }),
    post(ROUTES.explainQuery.path, { where: { field: payload, op: 'eq', value: 'victim' } }),
    post(ROUTES.explainQuery.path, { cursor: payload }),
    ...(isHeaderValue(payload)
      ? inHeaders.map((headers) => post(ROUTES.runQuery.path, { where: nobody }, headers))
      : []),
  ].filter(({ path }) => path.length <= URL_CHARS_MAX);
}

/** As HTTP has it: no client sends another. */
function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** Calls that were neither refused with a 4xx nor answered without any record. */
export async function strayCalls(service: TestService, calls: readonly HostileCall[]): Promise<unknown[]> {
  const answers = await Promise.all(
    calls.map(async ({ path, init }) => ({ path, init, answer: await service.ask(path, init) })),
  );
  return answers
    .filter(({ answer: { status, body } }) =>
      status === 200 ? /victim/i.test(JSON.stringify(foundIn(body))) : status < 400 || status > 499,
    )
    .map(({ path, init, answer: { status, body } }) => ({ path, init, status, body }));
}

/** Of an explained query nothing is found: its answer repeats what was asked for. */
function foundIn(body: unknown): unknown {
  const { data, groups } = body as { data?: unknown; groups?: unknown };
  return data ?? groups ?? null;
}

/** Requests that were neither refused with a 4xx nor answered with no record at all. */
export async function strayAnswers(service: TestService, requests: readonly unknown[]): Promise<unknown[]> {
  const answers = await Promise.all(
    requests.map(async (request) => ({ request, answer: await service.query(request) })),
  );
  return answers
    .filter(({ answer: { status, body } }) => {
      if (status !== 200) return status < 400 || status > 499;
      return (body as { data: unknown[] }).data.length > 0;
    })
    .map(({ request, answer: { status, body } }) => ({ request, status, body }));
}
