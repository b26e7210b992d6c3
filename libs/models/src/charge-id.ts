/**
 * Ids of charges are UUIDs of version 7 (RFC 9562): they rise with time, so that an index of millions of them grows
 * at its end alone. With random ones every charge would touch a page of its own.
 */
import { randomUUID } from 'node:crypto';

/** The random bits are those of a UUID of version 4, whose variant is the same: node draws them in advance, in bulk. */
export function newChargeId(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
