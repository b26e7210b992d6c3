import { type Tables } from '@bigdata/clickhouse';
import { recordSchema } from '@bigdata/models';
import { z } from 'zod';
import { type SelectContext, type SelectRunner, type SelectStatistics } from '../clickhouse/select-runner';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { buildCountQuery, buildPageEstimate, buildPageQuery, type PageSpec } from './build-query';
import { estimateCount, idAfterShare, type RecordCount } from './estimate-count';
import { type PagePosition } from './record-order';

export interface RecordsRepository {
  /** Records in the order that is asked for, each with its position in it; `key` is its id. */
  readPage(
    page: PageSpec,
    context: SelectContext,
  ): Promise<{ records: (PagePosition & { readonly fields: RecordFields })[]; statistics: SelectStatistics }>;
  /** Stored rows that finding the page looks at at most, as the indexes say; no record is read. */
  estimateRows(page: PageSpec, context: SelectContext): Promise<number>;
  count(
    filter: NormalizedFilter | null,
    mode: 'exact' | 'estimate',
    context: SelectContext,
  ): Promise<RecordCount & { readonly statistics: SelectStatistics }>;
}

/** Of one statement: records, their index table and what is being erased. */
const TABLES_MAX = 10;

type RecordFields = z.output<typeof recordSchema>;

const rowSchema = z
  .object({ page_key: z.string(), page_sort: z.array(z.string()).default([]) })
  .catchall(recordSchema.valueType);
/** One row for each table, none for one of which nothing has to be read. */
const estimatesSchema = z.array(z.object({ rows: z.int().nonnegative() }));
const countSchema = z.tuple([z.object({ count: z.int().nonnegative() })]);

export function createRecordsRepository(select: SelectRunner, tables: Tables): RecordsRepository {
  return {
    async readPage(page, context) {
      const { rows, statistics } = await select(buildPageQuery(page), page.rowsMax, context);
      const records = rows.map((row) => {
        const { page_key: key, page_sort: sortValues, ...fields } = rowSchema.parse(row);
        return { key, sortValues, fields };
      });
      return { records, statistics };
    },
    async estimateRows(page, context) {
      const { rows } = await select(buildPageEstimate(page, tables), TABLES_MAX, context);
      return estimatesSchema.parse(rows).reduce((sum, table) => sum + table.rows, 0);
    },
    async count(filter, mode, context) {
      let statistics: SelectStatistics = { elapsedMs: 0, rowsRead: 0, bytesRead: 0 };
      const countShare = async (share: number): Promise<number> => {
        const before = share === 1 ? undefined : idAfterShare(share);
        const answer = await select(buildCountQuery(filter, before), 1, context);
        statistics = sumOf(statistics, answer.statistics);
        const [{ count }] = countSchema.parse(answer.rows);
        return count;
      };
      const counted =
        mode === 'exact'
          ? { value: await countShare(1), relation: 'eq' as const }
          : await estimateCount(countShare);
      return { ...counted, statistics };
    },
  };
}

/** Of statements that ran one after the other. */
function sumOf(one: SelectStatistics, other: SelectStatistics): SelectStatistics {
  return {
    elapsedMs: one.elapsedMs + other.elapsedMs,
    rowsRead: one.rowsRead + other.rowsRead,
    bytesRead: one.bytesRead + other.bytesRead,
  };
}
