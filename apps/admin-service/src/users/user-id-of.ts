import { AppError } from '@bigdata/models';
import { type Caller } from '@bigdata/platform';

/** Whose account a call is about. @throws AppError `forbidden` for a service, which has none */
export function userIdOf(caller: Caller): string {
  if (caller.kind !== 'user') throw new AppError('forbidden');
  return caller.userId;
}
