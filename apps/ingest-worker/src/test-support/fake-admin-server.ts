/** The fake admin-service behind its real HTTP contracts. */
import { ROUTES, type WorkPiece } from '@bigdata/models';
import {
  bindRoute,
  createIdentityCodec,
  createMetrics,
  createServiceApp,
  listen,
  type Listening,
  NO_SPAN,
  NO_TRACING,
  Secret,
} from '@bigdata/platform';
import { type HeldPiece } from '../jobs/work-control';
import { type FakeAdmin } from './fake-admin';
import { createRecordingLogger } from './recording-logger';

const NO_KEY = '0'.repeat(32);

export async function serveFakeAdmin(admin: FakeAdmin, identitySecret: string): Promise<Listening> {
  const ok = { ok: true } as const;
  const held = (
    jobId: string,
    kind: WorkPiece['kind'],
    attempt: number,
    range: number | null = null,
  ): HeldPiece => ({
    jobId,
    kind,
    range,
    attempt,
    span: NO_SPAN,
  });
  const app = createServiceApp({
    bindings: [
      bindRoute(ROUTES.claimWork, async ({ params }) => ({ piece: await admin.claim(params.id, NO_SPAN) })),
      bindRoute(ROUTES.beatPiece, async ({ params, body }) => {
        const piece = held(params.id, body.kind, body.attempt, body.range);
        await (body.release ? admin.release(piece) : admin.beat(piece));
        return ok;
      }),
      bindRoute(ROUTES.planJob, async ({ params, body }) => ({
        planned: await admin.plan(held(params.id, 'plan', body.attempt), body),
      })),
      bindRoute(ROUTES.advanceRange, async ({ params, body }) => {
        const { range, attempt, checkpoint, bytes_read, done } = body;
        await admin.advance(held(params.id, 'range', attempt, range), {
          checkpoint,
          bytesRead: bytes_read,
          done,
        });
        return ok;
      }),
      bindRoute(ROUTES.finishJob, async ({ params, body }) => {
        await admin.finish(held(params.id, 'finish', body.attempt), body.records_new);
        return ok;
      }),
      bindRoute(ROUTES.failJob, async ({ params, body }) => {
        await admin.fail(held(params.id, body.kind, body.attempt, body.range), body.error);
        return ok;
      }),
      bindRoute(ROUTES.settleLoad, async ({ params, body }) => {
        await admin.settle(held(params.id, body.kind, body.attempt));
        return ok;
      }),
      bindRoute(ROUTES.recallMapping, async ({ body }) => ({
        mapping: { ...(await admin.recallMapping(body.fingerprint)) },
      })),
      bindRoute(ROUTES.listErased, async ({ body }) =>
        Promise.resolve({
          keys: { email: NO_KEY, phone: NO_KEY, record_id: NO_KEY },
          hashes: [],
          last: body.after,
          has_more: false,
        }),
      ),
    ],
    identity: createIdentityCodec(new Secret(identitySecret), Date.now),
    logger: createRecordingLogger(),
    metrics: createMetrics('fake-admin'),
    tracing: NO_TRACING,
    bodyLimitBytes: 1_048_576,
    clockMs: () => performance.now(),
  });
  return await listen(
    (request, response) => {
      if (request.url === '/livez') response.end('{}');
      else app(request, response);
    },
    '127.0.0.1',
    0,
  );
}
