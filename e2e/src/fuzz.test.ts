/** Whatever is sent to a route, its answer is one that the OpenAPI description gives it, and none is a failure. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startStack, type StackProcess } from '@bigdata/testing';
import fc from 'fast-check';
import { type Api, createApi, createUser } from './support/api';
import { fuzzSettings } from './support/environment';
import { type Caller, type FuzzRequest, fuzzRequests } from './support/fuzz-requests';
import { load } from './support/loads';
import { createJudge, type OpenApi, operationsOf, type ReceivedAnswer } from './support/openapi';
import { createRawClient, type RawClient } from './support/raw-client';
import { type KnownValues, valuesOfSchema } from './support/values-of-schema';

const { runs: RUNS, seed: SEED } = fuzzSettings();
/** That it is what the gateway serves is the first test. */
const DESCRIPTION = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../docs/openapi.json'), 'utf8'),
) as OpenApi;
const OPERATIONS = operationsOf(DESCRIPTION);
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** No limit is meant to be met: refused requests would try nothing. */
const SETTINGS = { AUTH_FAILURES_PER_MINUTE: '1000000' };
/** What no text of a problem may show: SQL, a stack, a path or an address of ours. */
const INTERNALS = /\bSELECT\b|\n\s+at |node_modules|\/main\.js|127\.0\.0\.1|ECONN|record_versions/;

jest.setTimeout(120_000);

describe(`requests of seed ${SEED} (FUZZ_SEED), ${RUNS} a route (FUZZ_RUNS)`, () => {
  const judge = createJudge(DESCRIPTION);
  const keys: Partial<Record<Caller, string>> = {};
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let client: RawClient;
  let known: KnownValues;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    stack = await startStack({ home: path.join(folder, 'home'), env: SETTINGS });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    client = createRawClient(stack.gatewayUrl);
    const unlimited = { credits: 1_000_000, requests_per_minute: 1_000_000 };
    for (const [caller, terms] of [
      ['admin', { ...unlimited, role: 'admin' }],
      ['user', unlimited],
      ['poor', { ...unlimited, credits: 0 }],
    ] as const) {
      const made = await admin.post<{ key: { api_key: string } }>('/v1/admin/users', {
        username: `fuzz-${caller}`,
        ...terms,
      });
      keys[caller] = made.body.key.api_key;
    }
    keys.unknown = 'bd_live_nobody';
    known = await knownValues();
  }, 180_000);

  afterAll(async () => {
    client.close();
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  /** Nothing here is the account of a caller or of the operator: users that are disabled must be others. */
  const knownValues = async (): Promise<KnownValues> => {
    const target = await createUser(admin, 'fuzz-target', 1_000);
    const { body } = await admin.get<{ data: { id: string }[] }>(`/v1/admin/users/${target.id}/credits`);
    const rows = Array.from({ length: 20 }, (_, row) => `jane${row}@example.com,Jane,US,gold,${row}`);
    const csv = ['email,first_name,country,tier,score', ...rows, 'a,b,c,d,e,f,g'].join('\n');
    const { id: jobId } = await load(admin, { name: 'fuzz.csv', content: csv }, { dataset: 'fuzz' });
    return {
      id: [target.id, jobId],
      user_id: [target.id],
      key_id: [target.keyId],
      entry_id: body.data.map(({ id }) => id),
      name: ['fuzz.csv', 'fuzz'],
      dataset: ['fuzz'],
      source: ['inbox://fuzz.csv', 'inbox://missing.csv', 'file:///missing.csv', 'https://127.0.0.1:9/a.csv'],
      field: [
        'email',
        'phone',
        'country',
        'birth_date',
        'updated_at',
        'record_id',
        'attributes.tier',
        'ingest_id',
      ],
      value: ['jane1@example.com', 'US', '2026-01-01', '2026-01-01T00:00:00Z', 'gold', 5],
      emails: ['jane1@example.com', 'nobody', '\u{1F600}@example.com'],
      group_by: ['country', 'country,company', 'attributes.tier', 'email', 'key', 'user'],
      where: ['{"field":"country","op":"eq","value":"US"}', '{}', '{"not":1}', '[]'],
      limit: [1, 10, 1_000, 1_001],
      route: ['/v1/query', '/v1/stats'],
    };
  };

  const send = ({ caller, headers, ...request }: FuzzRequest): Promise<ReceivedAnswer> => {
    const key = keys[caller];
    return client.send({
      ...request,
      headers: { ...headers, ...(key !== undefined && { 'x-api-key': key }) },
    });
  };

  /** What holds for every answer, of whatever route. */
  const faultsOf = ({ status, headers, text }: ReceivedAnswer): string[] => {
    const faults: string[] = [];
    if (status >= 500 || status === 429) faults.push(`${status} of a healthy stack`);
    for (const name of ['x-request-id', 'server-timing']) {
      if (headers[name] === undefined) faults.push(`no ${name}`);
    }
    if (status < 400) return faults;
    if (headers['content-type'] !== 'application/problem+json') {
      return [...faults, `a problem as ${String(headers['content-type'])}`];
    }
    const problem = JSON.parse(text) as { status: number; request_id: string };
    if (problem.status !== status) faults.push(`a problem of ${problem.status} as ${status}`);
    if (problem.request_id !== headers['x-request-id']) faults.push('another request_id than in the header');
    if (INTERNALS.test(text)) faults.push('shows something internal');
    return faults;
  };

  it('the gateway serves the description that it is held to', async () => {
    expect((await createApi(stack.gatewayUrl, null).get<OpenApi>('/openapi.json')).body.paths).toEqual(
      DESCRIPTION.paths,
    );
  });

  it.each(OPERATIONS.map((operation) => [operation.method, operation.path, operation] as const))(
    '%s %s answers as described, whatever it is sent',
    async (_method, _path, operation) => {
      const requests = fuzzRequests(operation, valuesOfSchema(DESCRIPTION, known));
      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          const answer = await send(request);
          const faults = [...faultsOf(answer), ...judge(operation, answer)];
          if (faults.length === 0) return;
          const { body, ...rest } = request;
          const said = { ...rest, body: body?.toString('latin1').slice(0, 500) };
          throw new Error(
            [...faults, JSON.stringify(said), `${answer.status} ${answer.text.slice(0, 800)}`].join('\n'),
          );
        }),
        { seed: SEED, numRuns: RUNS, includeErrorInReport: true },
      );
    },
  );

  it.each(Object.entries(DESCRIPTION.paths).map(([own, methods]) => [own, Object.keys(methods)] as const))(
    '%s refuses every method that is not described',
    async (own, described) => {
      const others = METHODS.filter((method) => !described.includes(method.toLowerCase()));
      for (const method of others) {
        const target = own.replaceAll(/\{[^}]+\}/g, '00000000-0000-0000-0000-000000000000');
        const answer = await send({ method, target, headers: {}, body: null, caller: 'admin' });
        expect([method, faultsOf(answer), answer.status]).toEqual([method, [], 405]);
        expect(JSON.parse(answer.text)).toMatchObject({ code: 'method_not_allowed' });
      }
    },
  );

  it('paths that are none answer not_found as a problem, however they are written', async () => {
    const requests = fc
      .tuple(
        fc.constantFrom('/', '/v1', '/v1/', '/v1/query/', '/v2/query', '/v1/admin/', '/internal/', '//'),
        fc.array(fc.constantFrom('%zz', '%00', '..', '.', '%2e%2e', '%2F', '%F0%9F%98%80', '~', '*'), {
          maxLength: 3,
        }),
      )
      .map(([start, rest]) => [start, ...rest].join('/'));
    await fc.assert(
      fc.asyncProperty(requests, async (target) => {
        const answer = await send({ method: 'GET', target, headers: {}, body: null, caller: 'user' });
        expect([target, faultsOf(answer)]).toEqual([target, []]);
        expect([target, [200, 401, 404, 405]]).toEqual([target, expect.arrayContaining([answer.status])]);
      }),
      { seed: SEED, numRuns: RUNS, includeErrorInReport: true },
    );
  });

  it('the operator and the callers have kept their accounts', async () => {
    for (const key of [stack.adminKey, keys.admin!, keys.user!, keys.poor!]) {
      expect((await createApi(stack.gatewayUrl, key).get('/v1/me')).status).toBe(200);
    }
  });
});
