import { PAGE_LIMIT_MAX, type Reject, rejectSchema } from '@bigdata/models';
import { z } from 'zod';
import { createSqlParameters, type SqlQuery } from '../clickhouse/sql-parameters';
import { type SelectContext, type SelectRunner } from '../clickhouse/select-runner';
import { type LoadedFile } from './rejects-csv';

export interface RejectsSpec {
  readonly jobId: string;
  /** Byte offset of the last reject of the page before, or null. */
  readonly after: string | null;
  readonly rowsMax: number;
}

export interface RejectsRepository {
  /** Rejects of a job in the order of its file. */
  readPage(page: RejectsSpec, context: SelectContext): Promise<Reject[]>;
  /**
   * All of them, page by page. Each page is a statement of its own, asked for when the one before has been taken: a
   * slow reader holds neither a query nor more than one page, at most 1,000 rows of 64 KiB.
   */
  readAll(jobId: string, context: SelectContext): AsyncGenerator<readonly Reject[], void>;
  /** How the file of a job was read; null when no load of the job has begun. */
  readFile(jobId: string, context: SelectContext): Promise<LoadedFile | null>;
}

const fileSchema = z.object({ format: z.string(), delimiter: z.string(), columns: z.array(z.string()) });

export function createRejectsRepository(select: SelectRunner): RejectsRepository {
  const readPage: RejectsRepository['readPage'] = async (page, context) => {
    const { rows } = await select(buildRejectsQuery(page), page.rowsMax, context);
    return rows.map((row) => rejectSchema.parse(row));
  };
  return {
    readPage,
    async *readAll(jobId, context) {
      let after: string | null = null;
      do {
        const page: Reject[] = await readPage({ jobId, after, rowsMax: PAGE_LIMIT_MAX }, context);
        yield page;
        const last = page.length === PAGE_LIMIT_MAX ? page.at(-1) : undefined;
        after = last === undefined ? null : String(last.byte_offset);
      } while (after !== null);
    },
    async readFile(jobId, context) {
      const { rows } = await select(buildFileQuery(jobId), 1, context);
      return rows.length === 0 ? null : fileSchema.parse(rows[0]);
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

function buildFileQuery(jobId: string): SqlQuery {
  const parameters = createSqlParameters();
  const sql = `SELECT format, delimiter, columns
FROM ingest_loads FINAL
WHERE job_id = ${parameters.one('UUID', jobId)}`;
  return { sql, params: parameters.all() };
}
