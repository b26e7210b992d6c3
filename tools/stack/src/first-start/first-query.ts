import { type Answer, createGatewayClient } from './gateway-client';

/** Somebody of the sample, by a phone number as people write it. */
export const FIRST_QUERY = {
  select: ['full_name', 'email', 'phone', 'company', 'country'],
  where: {
    and: [
      { field: 'country', op: 'eq', value: 'US' },
      { field: 'phone', op: 'eq', value: '(415) 555-0132' },
    ],
  },
} as const;

/** Runs one metered query as the demo user; gives what stands on the terminal, and whether it was answered. */
export async function runFirstQuery(
  gatewayUrl: string,
  demoKey: string,
): Promise<{ ok: boolean; text: string }> {
  const answer = await createGatewayClient(gatewayUrl, demoKey)('POST', '/v1/query', FIRST_QUERY);
  return { ok: answer.status === 200, text: formatQuery(answer) };
}

export function formatQuery({ status, headers, body }: Answer): string {
  const lines = ['', `  POST /v1/query  ${JSON.stringify(FIRST_QUERY)}`, `  HTTP ${status}`];
  for (const name of ['X-Credits-Charged', 'X-Credits-Remaining']) {
    const value = headers.get(name);
    if (value !== null) lines.push(`  ${name}: ${value}`);
  }
  const rows = (body as { data?: unknown[] } | null)?.data;
  if (!Array.isArray(rows)) lines.push(`  ${JSON.stringify(body)}`);
  else if (rows.length === 0) lines.push('  no rows');
  else for (const row of rows) lines.push(`  ${JSON.stringify(row)}`);
  return lines.join('\n');
}
