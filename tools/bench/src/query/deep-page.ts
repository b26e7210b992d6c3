import { type Direct, type DirectStatement } from './ask-directly';
import { type Gateway } from './ask-gateway';
import { PAGE_SETTINGS } from './query-cases';
import { type CaseFigures, summarize } from './query-report';

const DEPTH_MAX = 1_000;
const MEASURED = 20;
const LIMIT = 100;

/**
 * The pages around the thousandth, found by following cursors, beside the same pages found by their first key. Of a
 * table with fewer pages the last full ones.
 * @throws Error when a page is not the same
 */
export const measureDeepPage = async (
  rows: number,
  gateway: Gateway,
  direct: Direct,
): Promise<CaseFigures> => {
  const depth = Math.min(DEPTH_MAX, Math.floor((rows - 1) / LIMIT));
  const gatewayMs: number[] = [];
  const directMs: number[] = [];
  let rowsRead = 0;
  let last: string | undefined;
  let cursor: string | null = null;
  for (let page = 0; page < depth; page += 1) {
    const body = { select: ['record_id', 'email'], limit: LIMIT, ...(cursor !== null && { cursor }) };
    const startedAt = performance.now();
    const content = await gateway.ask('POST', '/v1/query', body);
    const askedMs = performance.now() - startedAt;
    const answer = JSON.parse(content) as {
      data: { record_id: string }[];
      page: { next_cursor: string | null };
    };
    if (last !== undefined && page >= depth - MEASURED) {
      const directAt = performance.now();
      const straight = await direct.ask(pageAfter(last));
      directMs.push(performance.now() - directAt);
      gatewayMs.push(askedMs);
      rowsRead = Math.max(rowsRead, straight.rowsRead);
      const ids = straight.rows.slice(0, LIMIT).map((row) => row['record_id']);
      if (ids.join() !== answer.data.map(({ record_id: id }) => id).join())
        throw new Error(`page ${page + 1} is not the same when asked for directly`);
    }
    cursor = answer.page.next_cursor;
    last = answer.data.at(-1)?.record_id;
  }
  return summarize(gatewayMs, directMs, rowsRead);
};

const pageAfter = (id: string): DirectStatement => ({
  sql: `SELECT lower(hex(dedupe_key)) AS page_key, lower(hex(dedupe_key)) AS record_id, nullIf(email, '') AS email
FROM record_versions FINAL PREWHERE dedupe_key IN (
  SELECT dedupe_key FROM record_versions FINAL PREWHERE dedupe_key > unhex({p0:String}) ORDER BY dedupe_key LIMIT ${LIMIT + 1}
) ORDER BY dedupe_key`,
  params: { p0: id },
  settings: PAGE_SETTINGS,
});
