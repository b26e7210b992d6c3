import { createPepper } from '@bigdata/models';
import { eventually, testServers } from '@bigdata/testing';
import { answerJson } from '../test-support/fake-service';
import { PEPPER, startTestGateway, type TestGateway } from '../test-support/start-test-gateway';

const NEW_PEPPER = 'another pepper for tests, long enough too';
const options = { redisUrl: testServers().redisUrl, answer: answerJson(200, { ok: true }), keyCacheMs: 200 };
let before: TestGateway;
let both: TestGateway;
let after: TestGateway;

beforeAll(async () => {
  before = await startTestGateway(options);
  both = await startTestGateway({ ...options, beside: before, peppers: [NEW_PEPPER, PEPPER] });
  after = await startTestGateway({ ...options, beside: before, peppers: [NEW_PEPPER] });
});

afterAll(async () => {
  for (const gateway of [after, both, before]) await gateway.stop();
});

test('a key of before is valid where both peppers are known, and moves to the new one when it is used', async () => {
  const user = before.admin.addUser();
  const statusAt = async ({ url }: TestGateway): Promise<number> =>
    (await fetch(`${url}/v1/me`, { headers: { 'x-api-key': user.apiKey } })).status;
  await eventually(async () => expect(await statusAt(before)).toBe(200));
  expect(await statusAt(after)).toBe(401);
  expect(before.admin.pepperIdOf(user)).toBe(createPepper(PEPPER).id);
  await eventually(async () => expect(await statusAt(both)).toBe(200));
  await eventually(() => expect(before.admin.pepperIdOf(user)).toBe(createPepper(NEW_PEPPER).id));
  await eventually(async () => expect(await statusAt(after)).toBe(200));
  expect(await statusAt(both)).toBe(200);
  await eventually(async () => expect(await statusAt(before)).toBe(401));
});
