/** The fake admin-service behind its real HTTP contracts. */
import { ROUTES } from '@bigdata/models';
import {
  bindRoute,
  createIdentityCodec,
  createMetrics,
  createServiceApp,
  listen,
  type Listening,
  Secret,
} from '@bigdata/platform';
import { type FakeAdmin } from './fake-admin';
import { createRecordingLogger } from './recording-logger';

export async function serveFakeAdmin(admin: FakeAdmin, identitySecret: string): Promise<Listening> {
  const ok = { ok: true } as const;
  const app = createServiceApp({
    bindings: [
      bindRoute(ROUTES.claimJob, async ({ params }) => ({ job: await admin.claim(params.id) })),
      bindRoute(ROUTES.advanceJob, async ({ params, body }) => {
        await admin.advance(params.id, body.attempt, body.format, body.checkpoint);
        return ok;
      }),
      bindRoute(ROUTES.finishJob, async ({ params, body }) => {
        await admin.finish(params.id, body.attempt, body.outcome);
        return ok;
      }),
    ],
    identity: createIdentityCodec(new Secret(identitySecret), Date.now),
    logger: createRecordingLogger(),
    metrics: createMetrics('fake-admin'),
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
