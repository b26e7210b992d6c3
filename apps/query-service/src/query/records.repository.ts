import { recordSchema } from '@bigdata/models';
import { z } from 'zod';
import { type SelectContext, type SelectRunner, type SelectStatistics } from '../clickhouse/select-runner';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { buildCountQuery, buildPageQuery, type PageSpec } from './build-query';

export interface RecordsRepository {
  /** Records in the order of their ids, each with its id as `key`. */
  readPage(
    page: PageSpec,
    context: SelectContext,
  ): Promise<{ records: { key: string; fields: RecordFields }[]; statistics: SelectStatistics }>;
  count(
    filter: NormalizedFilter | null,
    context: SelectContext,
  ): Promise<{ value: number; statistics: SelectStatistics }>;
}

type RecordFields = z.output<typeof recordSchema>;

const rowSchema = z.object({ page_key: z.string() }).catchall(recordSchema.valueType);
const countSchema = z.tuple([z.object({ count: z.int().nonnegative() })]);

export function createRecordsRepository(select: SelectRunner): RecordsRepository {
  return {
    async readPage(page, context) {
      const { rows, statistics } = await select(buildPageQuery(page), page.rowsMax, context);
      const records = rows.map((row) => {
        const { page_key: key, ...fields } = rowSchema.parse(row);
        return { key, fields };
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
