/** Keys as admins issue and revoke them, and as the gateway looks them up. */
import { AppError, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { auditOf } from '../audit/audit-of';
import { type KeyMint } from './key-mint';
import { type KeyRepository } from './key.repository';

interface Dependencies {
  readonly keys: KeyRepository;
  readonly mintKey: KeyMint;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createKeyRoutes({ keys, mintKey, now }: Dependencies): RouteBinding[] {
  return [
    bindRoute(ROUTES.issueKey, async (request) => {
      const { expires_at } = request.body;
      const expiresAt = expires_at === null ? null : new Date(expires_at);
      if (expiresAt && expiresAt.getTime() <= now()) {
        throw new AppError('invalid_request', {
          detail: '#/expires_at: lies in the past',
          errors: [{ pointer: '#/expires_at', detail: 'lies in the past' }],
        });
      }
      const key = mintKey(expiresAt);
      await keys.issue(request.params.id, key.stored, auditOf(request));
      return { key: key.shown };
    }),

    bindRoute(ROUTES.revokeKey, async (request) => ({
      key: await keys.revoke(request.params.id, request.params.key_id, auditOf(request)),
    })),

    bindRoute(ROUTES.resolveKey, async ({ body }) => ({ key: await keys.resolve(body.key_id) })),
  ];
}
