/** GET /v1/admin/ingest/jobs/{id}/rejects: a page as JSON, or all of them as CSV. */
import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding, StreamedAnswer } from '@bigdata/platform';
import { acceptedType } from '../accept/accept-header';
import { type SelectContext } from '../clickhouse/select-runner';
import { type CursorCodec } from '../cursor/cursor-codec';
import { createRejectsCsv } from './rejects-csv';
import { type RejectsRepository } from './rejects.repository';

interface RejectsRouteOptions {
  readonly rejects: RejectsRepository;
  readonly cursors: CursorCodec;
}

/** An unknown job has no rejects: jobs are admin-service's, and this service does not ask it. */
export function createRejectsRoute({ rejects, cursors }: RejectsRouteOptions): RouteBinding {
  return bindRoute(ROUTES.listRejects, async (request) => {
    const jobId = request.params.id.toLowerCase();
    if (acceptedType(request.header('accept'), ['application/json', 'text/csv']) === 'text/csv') {
      return new StreamedAnswer({
        contentType: 'text/csv; charset=utf-8; header=present',
        headers: { 'Content-Disposition': `attachment; filename="rejects-${jobId}.csv"` },
        stream: csvOf(rejects, jobId, request),
      });
    }
    const { limit, cursor } = request.query;
    const scope = JSON.stringify(['rejects', jobId]);
    const after = cursor === undefined ? null : cursors.decode(scope, cursor);
    const found = await rejects.readPage({ jobId, after, rowsMax: limit + 1 }, request);
    const data = found.slice(0, limit);
    const last = found.length > limit ? data.at(-1) : undefined;
    request.setHeader('x-bigdata-rows', String(data.length));
    return {
      data,
      page: {
        limit,
        has_more: last !== undefined,
        next_cursor: last === undefined ? null : cursors.encode(scope, String(last.byte_offset)),
      },
    };
  });
}

/** A piece is a page of rejects. */
async function* csvOf(
  rejects: RejectsRepository,
  jobId: string,
  context: SelectContext,
): AsyncGenerator<Uint8Array, void> {
  const csv = createRejectsCsv(await rejects.readFile(jobId, context));
  let text = csv.header;
  for await (const page of rejects.readAll(jobId, context)) {
    for (const reject of page) text += csv.line(reject);
    yield Buffer.from(text);
    text = '';
  }
}
