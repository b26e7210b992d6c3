/** GET /v1/admin/ingest/jobs/{id}/rejects */
import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { type CursorCodec } from '../cursor/cursor-codec';
import { type RejectsRepository } from './rejects.repository';

interface RejectsRouteOptions {
  readonly rejects: RejectsRepository;
  readonly cursors: CursorCodec;
}

/** An unknown job has no rejects: jobs are admin-service's, and this service does not ask it. */
export function createRejectsRoute({ rejects, cursors }: RejectsRouteOptions): RouteBinding {
  return bindRoute(ROUTES.listRejects, async (request) => {
    const { limit, cursor } = request.query;
    const jobId = request.params.id.toLowerCase();
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
