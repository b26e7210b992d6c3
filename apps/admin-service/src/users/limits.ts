import { type RateLimit, type Role } from '@bigdata/models';

/** Requests a minute for those without a limit of their own. */
export type DefaultLimits = Readonly<Record<Role, number>>;

/** @param requestsPerMinute the user's own, or null for the default of the role */
export function toLimits(requestsPerMinute: number | null, role: Role, defaults: DefaultLimits): RateLimit[] {
  return [{ name: 'minute', limit: requestsPerMinute ?? defaults[role], window_s: 60 }];
}
