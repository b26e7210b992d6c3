/** Keys as admins issue, rotate and revoke them, and as the gateway looks them up. */
import { AppError, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { auditOf } from '../audit/audit-of';
import { type KeyMint } from './key-mint';
import { type KeyRepository } from './key.repository';
import { type PepperRepository } from './pepper.repository';
import { type KeyRotation } from './rotation.repository';

interface Dependencies {
  readonly keys: KeyRepository;
  readonly rotation: KeyRotation;
  readonly peppers: PepperRepository;
  readonly mintKey: KeyMint;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createKeyRoutes({ keys, rotation, peppers, mintKey, now }: Dependencies): RouteBinding[] {
  /** @throws AppError `invalid_request` for an end that has passed */
  const toEnd = (expires_at: string | null): Date | null => {
    const end = expires_at === null ? null : new Date(expires_at);
    if (end && end.getTime() <= now()) {
      throw new AppError('invalid_request', {
        detail: '#/expires_at: lies in the past',
        errors: [{ pointer: '#/expires_at', detail: 'lies in the past' }],
      });
    }
    return end;
  };

  return [
    bindRoute(ROUTES.issueKey, async (request) => {
      const key = mintKey({ ...request.body, expires_at: toEnd(request.body.expires_at) });
      await keys.issue(request.params.id, key.stored, auditOf(request));
      return { key: key.shown };
    }),

    bindRoute(ROUTES.listKeys, ({ params, query }) => keys.list(params.id, query)),

    bindRoute(ROUTES.revokeKey, async (request) => ({
      key: await keys.revoke(request.params.id, request.params.key_id, auditOf(request)),
    })),

    bindRoute(ROUTES.rotateKey, async (request) => {
      const { params, body } = request;
      const end = body.expires_at === undefined ? undefined : toEnd(body.expires_at);
      const { minted, replaced } = await rotation.rotate(
        { userId: params.id, keyId: params.key_id, graceS: body.grace_s },
        (rights) => mintKey(end === undefined ? rights : { ...rights, expires_at: end }),
        auditOf(request),
      );
      return { key: minted.shown, replaced };
    }),

    bindRoute(ROUTES.readPeppers, async () => ({ peppers: await peppers.count() })),

    bindRoute(ROUTES.renewKeyHash, async ({ body }) => ({ renewed: await peppers.renew(body) })),

    bindRoute(ROUTES.resolveKey, async ({ body }) => ({ key: await keys.resolve(body.key_id) })),
  ];
}
