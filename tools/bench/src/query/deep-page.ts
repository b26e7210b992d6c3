import { type Direct } from './ask-directly';
import { type Gateway } from './ask-gateway';
import { type CaseFigures, summarize } from './query-report';

const DEPTH = 1_000;
const MEASURED = 20;
const LIMIT = 100;

/**
 * The pages around the thousandth, found by following cursors, beside the same pages found by their first key. Of a
 * table with fewer pages the last ones.
 */
export const measureDeepPage = async (gateway: Gateway, direct: Direct): Promise<CaseFigures> => {
  const gatewayMs: number[] = [];
  const directMs: number[] = [];
  let rowsRead = 0;
  let cursor: string | null = null;
  for (let page = 0; page < DEPTH; page += 1) {
    const body = { select: ['record_id', 'email'], limit: LIMIT, ...(cursor !== null && { cursor }) };
    const startedAt = performance.now();
    const answer = JSON.parse(await gateway.ask('POST', '/v1/query', body)) as {
      data: { record_id: string }[];
      page: { next_cursor: string | null };
    };
    gatewayMs.push(performance.now() - startedAt);
    cursor = answer.page.next_cursor;
    const last = answer.data.at(-1)?.record_id;
    if (cursor === null || last === undefined) break;
    if (page < DEPTH - MEASURED) continue;
    const directAt = performance.now();
    const read = await direct.ask(
      `SELECT lower(hex(dedupe_key)) AS page_key, lower(hex(dedupe_key)) AS record_id, nullIf(email, '') AS email
FROM record_versions FINAL PREWHERE dedupe_key IN (
  SELECT dedupe_key FROM record_versions FINAL PREWHERE dedupe_key > unhex({p0:String}) ORDER BY dedupe_key LIMIT 101
) ORDER BY dedupe_key`,
      { p0: last },
    );
    directMs.push(performance.now() - directAt);
    rowsRead = Math.max(rowsRead, read);
  }
  return summarize(gatewayMs.slice(-MEASURED), directMs, rowsRead);
};
