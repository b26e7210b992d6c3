/** Uploads into the inbox. */
import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { auditOf } from '../audit/audit-of';
import { type Inbox } from './inbox';
import { type UploadRepository } from './upload.repository';
import { toInboxSource } from './source';

interface Dependencies {
  readonly inbox: Inbox;
  readonly uploads: UploadRepository;
}

export function createUploadRoutes({ inbox, uploads }: Dependencies): RouteBinding[] {
  return [
    bindRoute(ROUTES.uploadFile, async (request) => {
      const { name } = request.params;
      // Asked twice: now, to spare a long upload in vain, and again under the lock that counts.
      await uploads.refuseInUse(name);
      const file = await inbox.receive(request.body);
      try {
        const { bytes, sha256 } = file;
        await uploads.replace({ name, bytes, sha256 }, auditOf(request), () => file.place(name));
        return { name, source: toInboxSource(name), bytes, sha256 };
      } finally {
        await file.discard();
      }
    }),
  ];
}
