import { type Caller } from '@bigdata/platform';
import { type Audit } from './record-audit';

/** Who makes the change of a request: a user by id, a service by name. */
export function auditOf({ caller, requestId }: { caller: Caller; requestId: string }): Audit {
  return { actor: caller.kind === 'user' ? caller.userId : caller.name, requestId };
}
