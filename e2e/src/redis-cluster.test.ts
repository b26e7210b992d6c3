/** The built services on a Redis Cluster of three nodes, one of which dies. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  eventually,
  startRedisCluster,
  startStack,
  type StackProcess,
  type TestRedisCluster,
} from '@bigdata/testing';
import { type Api, createApi, createUser, type QueryBody } from './support/api';
import { expectLaws, load } from './support/loads';
import { makePeople } from './support/people';
import { toCsv } from './support/write-people';

/** So many that some lie on each node, but for one run in tens of thousands. */
const USERS = 24;
const DAILY = 500;
const QUESTION = { where: { field: 'dataset', op: 'eq', value: 'first' }, limit: 1 };

let cluster: TestRedisCluster;
let stack: StackProcess;
let folder: string;
let admin: Api;
let users: Api[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
  cluster = await startRedisCluster();
  stack = await startStack({
    home: path.join(folder, 'home'),
    env: { REDIS_URL: cluster.url, REDIS_CLUSTER: 'true', REDIS_TIMEOUT_MS: '2000' },
  });
  admin = createApi(stack.gatewayUrl, stack.adminKey);
  users = await Promise.all(
    Array.from({ length: USERS }, async (_, index) => {
      const user = await createUser(admin, `user-${index}`, 1_000, { limits: { day: DAILY } });
      return createApi(stack.gatewayUrl, user.apiKey);
    }),
  );
}, 180_000);

afterAll(async () => {
  await stack.stop();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const loaded = async (dataset: string): Promise<void> => {
  const { people } = makePeople({ seed: 1, rows: 400 });
  const job = await load(admin, { name: `${dataset}.csv`, content: toCsv(people) }, { dataset, force: true });
  expect([job.state, job.error]).toEqual(['succeeded', null]);
  expectLaws(job);
};

const ask = (user: Api, key = randomUUID()) =>
  user.post<QueryBody>('/v1/query', QUESTION, { 'idempotency-key': key });

/** Counted in the cluster, and not by the gateway alone. */
const limitOf = (headers: Headers): unknown => [
  headers.has('x-ratelimit-fallback'),
  headers.get('x-ratelimit-remaining'),
];

test('loads run, every user is limited, and an answer that was paid is given again', async () => {
  await loaded('first');
  for (const user of users) {
    const key = randomUUID();
    const first = await ask(user, key);
    expect([first.status, first.body.data.length, limitOf(first.headers)]).toEqual([
      200,
      1,
      [false, String(DAILY - 1)],
    ]);
    const again = await ask(user, key);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(again.body).toEqual(first.body);
  }
});

test('when a node dies all goes on, and what was counted still counts once its replica has taken over', async () => {
  await cluster.owners[0]?.stop();
  await eventually(
    async () => {
      const answers = await Promise.all(users.map((user) => ask(user)));
      expect(answers.map(({ status }) => status)).toEqual(users.map(() => 200));
      for (const { headers } of answers) {
        const [alone, remaining] = limitOf(headers) as [boolean, string];
        expect(alone).toBe(false);
        expect(Number(remaining)).toBeLessThan(DAILY - 1);
      }
    },
    { timeoutMs: 60_000, intervalMs: 2_000 },
  );
  await loaded('second');
});
