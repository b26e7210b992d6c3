import { recordSchema } from '@bigdata/models';
import { z } from 'zod';
import { type SelectContext, type SelectRunner, type SelectStatistics } from '../clickhouse/select-runner';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { buildCountQuery, buildPageQuery, type PageSpec } from './build-query';
import { type PagePosition } from './record-order';

export interface RecordsRepository {
  /** Records in the order that is asked for, each with its position in it; `key` is its id. */
  readPage(
    page: PageSpec,
    context: SelectContext,
  ): Promise<{ records: (PagePosition & { readonly fields: RecordFields })[]; statistics: SelectStatistics }>;
  count(
    filter: NormalizedFilter | null,
    context: SelectContext,
  ): Promise<{ value: number; statistics: SelectStatistics }>;
}

type RecordFields = z.output<typeof recordSchema>;

const rowSchema = z
  .object({ page_key: z.string(), page_sort: z.array(z.string()).default([]) })
  .catchall(recordSchema.valueType);
const countSchema = z.tuple([z.object({ count: z.int().nonnegative() })]);

export function createRecordsRepository(select: SelectRunner): RecordsRepository {
  return {
    async readPage(page, context) {
      const { rows, statistics } = await select(buildPageQuery(page), page.rowsMax, context);
      const records = rows.map((row) => {
        const { page_key: key, page_sort: sortValues, ...fields } = rowSchema.parse(row);
        return { key, sortValues, fields };
      });
      return { records, statistics };
    },
    async count(filter, context) {
      const { rows, statistics } = await select(buildCountQuery(filter), 1, context);
      const [{ count }] = countSchema.parse(rows);
      return { value: count, statistics };
    },
  };
}
