/** What the month in the log is like: who asks, and what goes wrong how often. */

export const DAYS = 30;
export const USERS = 1_000;

/** Of 1,000 users the first makes a tenth of all requests, the last hardly any. */
export const USER_SHARE_EXPONENT = 3;

export const userIdOf = (user: number): string =>
  `00000000-0000-4000-8000-${user.toString(16).padStart(12, '0')}`;
export const keyIdOf = (user: number): string => `key-${user.toString(16).padStart(8, '0')}`;

/** One answer in so many is a 500, and one request in so many goes to the rare route. */
export const RARE_ONE_IN = 20_000;
export const RARE_ROUTE = '/v1/admin/erasures';
