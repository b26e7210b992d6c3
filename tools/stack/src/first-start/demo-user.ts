import { type GatewayClient, createGatewayClient, expectStatus } from './gateway-client';

const USERNAME = 'demo';
const CREDITS = 10_000;

/**
 * The demo user's key: the one remembered while it works, else of a new user, else another key of the user that
 * is there already (a database that outlived its home).
 */
export async function ensureDemoKey(
  gatewayUrl: string,
  admin: GatewayClient,
  remembered: string | undefined,
): Promise<string> {
  if (remembered) {
    const me = await createGatewayClient(gatewayUrl, remembered)('GET', '/v1/me');
    if (me.status === 200) return remembered;
  }
  const created = await admin('POST', '/v1/admin/users', {
    username: USERNAME,
    role: 'user',
    credits: CREDITS,
  });
  if (created.status !== 409) return keyOf(expectStatus(created, 201, 'Creating the demo user'));

  const found = await admin('GET', `/v1/admin/users?search=${USERNAME}`);
  const { data } = expectStatus(found, 200, 'Looking for the demo user');
  const user = (data as { id: string; username: string }[]).find(({ username }) => username === USERNAME);
  const issued = await admin('POST', `/v1/admin/users/${user?.id ?? USERNAME}/keys`, {});
  return keyOf(expectStatus(issued, 201, 'Issuing a key to the demo user'));
}

function keyOf(body: Record<string, unknown>): string {
  return (body['key'] as { api_key: string }).api_key;
}
