import { type Reject, rejectSchema } from '@bigdata/models';
import { createSqlParameters, type SqlQuery } from '../clickhouse/sql-parameters';
import { type SelectContext, type SelectRunner } from '../clickhouse/select-runner';

export interface RejectsSpec {
  readonly jobId: string;
  /** Byte offset of the last reject of the page before, or null. */
  readonly after: string | null;
  readonly rowsMax: number;
}

export interface RejectsRepository {
  /** Rejects of a job in the order of its file. */
  readPage(page: RejectsSpec, context: SelectContext): Promise<Reject[]>;
}

export function createRejectsRepository(select: SelectRunner): RejectsRepository {
  return {
    async readPage(page, context) {
      const { rows } = await select(buildRejectsQuery(page), page.rowsMax, context);
      return rows.map((row) => rejectSchema.parse(row));
    },
  };
}

export function buildRejectsQuery({ jobId, after, rowsMax }: RejectsSpec): SqlQuery {
  const parameters = createSqlParameters();
  const conditions = [
    `job_id = ${parameters.one('UUID', jobId)}`,
    ...(after === null ? [] : [`byte_offset > ${parameters.one('UInt64', after)}`]),
  ];
  const sql = `SELECT line, byte_offset, column, code, reason, raw
FROM ingest_rejects FINAL
WHERE ${conditions.join(' AND ')}
ORDER BY byte_offset LIMIT ${parameters.one('UInt64', String(rowsMax))}`;
  return { sql, params: parameters.all() };
}
